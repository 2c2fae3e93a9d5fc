"""What a model says is read as far as it can be, and whatever it says does no harm."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.crew.answers import (
    MOST_ENTRIES,
    SCRIPT_CHARACTERS,
    PlanAnswer,
    ScriptAnswer,
    StepAnswer,
    SuggestionAnswer,
    UnreadableAnswer,
    read_answer,
)
from csvconverter.v1.plans_pb2 import TransformationStep

SCRIPT = 'import pandas as pd\nprint("größer", [1, 2,], {})\n'
RIGHT = json.dumps({"script": SCRIPT})
FORMS = [PlanAnswer, ScriptAnswer, SuggestionAnswer]


@pytest.mark.parametrize(
    "text",
    [
        RIGHT,
        json.dumps({"script": SCRIPT, "explanation": "Because."}, indent=2),
        f"Certainly! Here [1] it is: {RIGHT} Does that help? {{really}}",
        f"```json\n{RIGHT}\n```",
        f"Look:\n\n```\n{RIGHT}\n```\nThat is all.",
        f"Look:\n```python\n{SCRIPT}```\nThat is all.",
        f"```\n{SCRIPT}```",
        f"Not {'{x} ' * 99} but {RIGHT}",
        f'It keeps ["a", "b"]:\n```python\n{SCRIPT}```',
        RIGHT.replace("}", ",\n}").replace("{,\n}", "{}"),
        RIGHT.replace("\\n", "\n"),
        f'{{"answer": {RIGHT}}}',
        f'<think>Maybe {{"script": "print()"}}?</think>{RIGHT}',
        json.dumps({"script": f"```python\n{SCRIPT}```"}),
        json.dumps({"script": SCRIPT.split("\n")}),
        json.dumps({"script": SCRIPT.replace("größer", "grö\0ßer")}),
    ],
)
def test_a_script_is_found_in_what_surrounds_it(text):
    assert read_answer(text, ScriptAnswer).script == SCRIPT


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("  \n", "empty"),
        ("<think>hm</think>", "empty"),
        ("I would rather not.", "no JSON object with 'script'"),
        ('{"code": "print()"}', "no JSON object with 'script'"),
        ('{"script": "import pan', "no JSON object with 'script'"),
        ('{"script": null}', "the script is empty"),
        ('{"script": {"a": 1}}', "the script is empty"),
        (json.dumps({"script": "#" * (SCRIPT_CHARACTERS + 1)}), "longer than 200,000 characters"),
        ("```python\nprint(1)\n```\nor\n```python\nprint(2)\n```", "no JSON object with 'script'"),
        ("[" * 100_000, "no JSON object"),
        ('{"a":' * 100_000, "no JSON object"),
        ("`" * 900_000, "no JSON object"),
        ("```\n" * 200_000, "no JSON object"),
        ('{"' * 400_000, "no JSON object"),
        ('{",}' * 50_000, "no JSON object"),
        ("," * 900_000, "no JSON object"),
        ("```" + "a" * 400_000, "no JSON object"),
        ("```" + " " * 400_000, "no JSON object"),
        ('{"a": [1,], "' + '\\"' * 200_000, "no JSON object"),
        ('{"script": ' + "9" * 5000 + "}", "no JSON object"),
    ],
)
def test_what_is_no_answer_is_said(text, reason):
    with pytest.raises(UnreadableAnswer, match=reason):
        read_answer(text, ScriptAnswer)


@pytest.mark.parametrize("form", FORMS)
def test_json_is_read_at_any_depth_or_not_at_all(form):
    key = next(iter(form.model_fields))
    for depth in range(800, 1000):
        try:
            read_answer(f'{{"{key}": {"[" * depth}{"]" * depth}}}', form)
        except UnreadableAnswer:
            continue


def test_a_plan_is_made_of_what_is_there():
    text = json.dumps(
        {
            "transformation_steps": [
                {"step": 1, "action": "rename", "column": None, "source": ["a", "b"], "details": {"to": 7}},
                "drop the rest",
                3,
                {"step": 4, "description": "Reverse the word", "columns": ["word", "mirror"]},
                {"step": 5, "action": "column_mapping", "source": "name", "target": "client", "details": ""},
            ],
            "expected_challenges": "mixed dates",
        }
    )
    plan = read_answer(text, PlanAnswer)
    assert [step.model_dump() for step in plan.transformation_steps] == [
        step(action="rename", source="a, b", details='{"to": 7}'),
        step(details="drop the rest"),
        step(details="3"),
        step(details="description: Reverse the word, columns: word, mirror"),
        step(
            action="column_mapping",
            source="name",
            target="client",
            details="action: column_mapping, source: name, target: client",
        ),
    ]
    assert plan.data_quality_checks == []
    assert plan.expected_challenges == ["mixed dates"]


def step(**texts: str) -> dict[str, str]:
    return dict.fromkeys(StepAnswer.model_fields, "") | texts


def test_a_lone_list_is_the_list_that_is_wanted():
    assert read_answer('Try this: ["a", null, {"b": 1}]', SuggestionAnswer).suggestions == ["a", "", '{"b": 1}']


def test_endless_lists_are_cut():
    answer = read_answer(json.dumps({"transformation_steps": ["x"] * 10_000}), PlanAnswer)
    assert len(answer.transformation_steps) == MOST_ENTRIES


def test_half_a_surrogate_pair_gets_into_no_message():
    text = r'{"transformation_steps": [{"details": "\ud83d \u0000 \ud83d\ude00"}]}'
    [only] = read_answer(text, PlanAnswer).transformation_steps
    assert TransformationStep(details=only.details).details == "\N{REPLACEMENT CHARACTER}  \N{GRINNING FACE}"


def test_what_is_said_to_people_steers_no_terminal():
    said = "\x1b[31mred\x07 \N{RIGHT-TO-LEFT OVERRIDE}exe\N{NO-BREAK SPACE}:\n\tdone"
    odd = "a\N{NO-BREAK SPACE}b"
    steps = [{"details": said, "action": said, "transformation": said, "column": odd}]
    plan = read_answer(json.dumps({"transformation_steps": steps, "data_quality_checks": [said]}), PlanAnswer)
    told = r"\x1b[31mred\x07 \u202eexe :" + "\n\tdone"
    words = step(details=told, action=told, transformation=told, column=odd)  # names are as they are in the files
    assert plan.transformation_steps[0].model_dump() == words
    assert plan.data_quality_checks == [told]
    assert read_answer(json.dumps({"suggestions": [said]}), SuggestionAnswer).suggestions == [told]


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.sampled_from([*PlanAnswer.model_fields]), inner),
    max_leaves=20,
)


@given(json_values.map(json.dumps) | st.text() | st.text(alphabet='{}[]",:`\n\\ a'), st.sampled_from(FORMS))
def test_nothing_that_is_said_breaks_the_reader(text, form):
    try:
        answer = read_answer(text, form)
    except UnreadableAnswer:
        return
    assert form.model_validate_json(answer.model_dump_json()) == answer


@pytest.mark.parametrize("form", FORMS)
def test_the_schema_that_is_sent_is_strict(form):
    for schema in objects_in(form.model_json_schema()):
        assert schema["additionalProperties"] is False
        assert schema["required"] == list(schema["properties"])
        assert not any("default" in one for one in schema["properties"].values())


def objects_in(schema):
    yield schema
    for inner in schema.get("$defs", {}).values():
        yield from objects_in(inner)
