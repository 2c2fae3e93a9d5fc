"""What importing CrewAI warns of, which is not ours to mend; the tests that import it are marked with these."""

import pytest

CREWAI_WARNINGS = [
    # CrewAI reads fields of its own that it has deprecated, and its modules refuse what Python sets in them.
    pytest.mark.filterwarnings("ignore::DeprecationWarning:crewai"),
    pytest.mark.filterwarnings("ignore:Cannot set an attribute on 'crewai:ImportWarning"),
]
