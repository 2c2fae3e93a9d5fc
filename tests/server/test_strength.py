import os

from executor.sandbox.layers import LAYERS
from server.settings import Settings
from server.strength import USUAL, missing_layers, weaknesses, what_it_takes


def test_a_sandbox_with_the_usual_layers_is_started_without_a_word():
    assert list(weaknesses(USUAL)) == []


def test_each_usual_layer_that_is_missing_is_told_with_its_cost_and_its_needs():
    told = list(weaknesses(()))
    assert [sentence.partition("no ")[2].partition(":")[0] for sentence in told] == list(USUAL)
    assert "Linux 5.13" in told[1]


def test_what_could_be_added_is_known_for_every_layer():
    missing = missing_layers(())
    assert missing == [layer for layer in LAYERS if layer != "identity" or os.geteuid() == 0]
    assert what_it_takes(LAYERS).count(" takes ") == len(LAYERS)
    assert what_it_takes(()) == ""
    assert Settings(sandbox_minimum=LAYERS).sandbox_minimum == LAYERS
