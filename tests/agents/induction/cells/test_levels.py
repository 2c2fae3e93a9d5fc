"""Labels for ranges of numbers, read off the rows."""

from pathlib import Path

from learning import convert, make_task, plan_for

POINTS = (3, 41, 90, 12, 55, 79, 8, 60, 85, 20, 49, 71, 35, 66, 99)
GIVEN = "who,points\n" + "".join(f"p{number},{number}\n" for number in POINTS)


def labelled(points: tuple[int, ...] = POINTS) -> str:
    labels = ("low" if number < 40 else "middle" if number < 80 else "high" for number in points)
    return "who,level\n" + "".join(f"p{number},{label}\n" for number, label in zip(points, labels, strict=True))


def test_labels_follow_the_limits_between_numbers(tmp_path: Path) -> None:
    output = convert(make_task(GIVEN, labelled()), "who,points\na,-5\nb,40\nc,79.9\nd,80\ne,1200\nf,\ng,x\n", tmp_path)
    assert output.column("level") == ("low", "middle", "middle", "high", "high", "", "")


def test_limit_that_could_lie_elsewhere_is_doubted() -> None:
    (doubt,) = plan_for(make_task(GIVEN, labelled())).ambiguities
    assert doubt.column == "level"
    assert len(set(doubt.outputs)) == 2


def test_labels_of_few_rows_may_follow_any_number() -> None:
    plan = plan_for(make_task("who,points\na,3\nb,41\nc,90\nd,9\n", "who,level\na,x\nb,y\nc,z\nd,x\n"))
    assert plan.unsolved_columns == ["level"]


def test_labels_without_an_order_are_not_explained() -> None:
    expected = labelled().replace("p3,low", "p3,high").replace("p99,high", "p99,low")
    assert plan_for(make_task(GIVEN, expected)).unsolved_columns == ["level"]
