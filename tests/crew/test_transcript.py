from tests.crew.transcript import GOLDEN, mended_twice


async def test_the_agents_talk_as_they_did(auto_stage):
    assert await mended_twice(auto_stage) == GOLDEN.read_text(), "if that is meant: python -m tests.crew.transcript"
