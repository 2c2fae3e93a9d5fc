"""A job gets what its settings give it, and no more."""

import pytest

from agents.crew.budget import MOST_ANSWER_TOKENS, Budget, estimated_tokens
from agents.crew.settings import ModelSettings
from agents.planner_agent import NothingLeft
from agents.token_meter import TokenMeter
from csvconverter.v1.jobs_pb2 import TokenUsage


def budget(**settings: float) -> Budget:
    return Budget(ModelSettings("model", "key", **settings), TokenMeter())


def test_an_answer_may_have_what_is_left_within_reason():
    purse = budget(max_tokens_per_job=20_000)
    assert purse.room("x" * 300) == MOST_ANSWER_TOKENS
    purse.count(10_000, 5_000)
    assert purse.room("x" * 300) == 5_000 - estimated_tokens("x" * 300)


def test_tokens_that_are_used_up_end_the_job():
    purse = budget(max_tokens_per_job=20_000)
    purse.count(15_000, 4_900)
    with pytest.raises(NothingLeft, match=r"used 19,900 of its 20,000 tokens.*CSV_CONVERTER_MAX_TOKENS_PER_JOB"):
        purse.room("x")


def test_a_question_that_is_larger_than_the_budget_is_not_asked():
    with pytest.raises(NothingLeft, match="used 0 of its 1,000 tokens"):
        budget(max_tokens_per_job=1_000).room("x" * 4_000)


def test_time_that_is_over_ends_the_job():
    with pytest.raises(NothingLeft, match=r"the 0 s in which a job may ask the model are over"):
        budget(seconds_per_job=0).room("x")


def test_time_is_the_job_s_also_before_the_model_plays():
    meter = TokenMeter()
    meter.begun -= 100
    assert Budget(ModelSettings("model", "key", seconds_per_job=200), meter).seconds_left <= 100
    with pytest.raises(NothingLeft, match="are over"):
        Budget(ModelSettings("model", "key", seconds_per_job=100), meter).room("x")


@pytest.mark.parametrize(
    ("prices", "cost"),
    [({"prompt_price": 2.0, "completion_price": 8.0}, 0.0028), ({"prompt_price": 2.0}, None), ({}, None)],
)
def test_a_cost_is_told_where_both_prices_are(prices, cost):
    purse = budget(**prices)
    purse.count(1_000, 100)
    assert purse.meter.total.HasField("cost_usd") == (cost is not None)
    assert purse.meter.total.cost_usd == pytest.approx(cost or 0)


def test_the_meter_tells_each_step_its_own_and_the_job_all():
    meter = TokenMeter()
    assert meter.take() is None
    meter.add(TokenUsage(prompt_tokens=5, completion_tokens=1, requests=1))
    assert meter.take() == TokenUsage(prompt_tokens=5, completion_tokens=1, requests=1)
    meter.add(TokenUsage(requests=1))
    assert meter.take() == TokenUsage(requests=1)
    assert meter.total == TokenUsage(prompt_tokens=5, completion_tokens=1, requests=2)


def test_a_server_that_boasts_does_not_break_the_meter():
    purse = budget()
    for _ in range(2):
        purse.count(2**31 - 1, 2**31 - 1)
    assert purse.meter.total.prompt_tokens == 2**31 - 1


@pytest.mark.parametrize(("text", "tokens"), [("", 0), ("abc", 2), ("漢字", 3), ("\ud83d", 1)])
def test_tokens_are_rather_over_than_underestimated(text, tokens):
    assert estimated_tokens(text) == tokens
