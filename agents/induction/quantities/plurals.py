"""The plural and the singular of English words, by rule and for the usual exceptions."""

import re

from agents.induction.quantities.functions import KnownFunction


def pluralize(text: str) -> str | None:
    """Write the last word in the plural."""
    irregular = {
        "person": "people",
        "child": "children",
        "man": "men",
        "woman": "women",
        "foot": "feet",
        "tooth": "teeth",
    }
    irregular |= {"mouse": "mice", "goose": "geese", "ox": "oxen", "leaf": "leaves", "life": "lives", "wife": "wives"}
    irregular |= {"knife": "knives", "half": "halves", "wolf": "wolves", "shelf": "shelves", "hero": "heroes"}
    irregular |= {
        "potato": "potatoes",
        "tomato": "tomatoes",
        "echo": "echoes",
        "analysis": "analyses",
        "quiz": "quizzes",
    }
    same = {
        "sheep",
        "fish",
        "deer",
        "series",
        "species",
        "aircraft",
        "equipment",
        "information",
        "money",
        "rice",
        "news",
    }
    word = re.search(r"[A-Za-z]+$", text)
    last = word.group().lower() if word else ""
    if not word or last in same:
        return text if word else None
    if last in irregular:
        return text[: word.start() + 1] + irregular[last][1:]
    if re.search(r"[^aeiou]y$", last):
        return f"{text[:-1]}ies"
    return f"{text}es" if re.search(r"(?:s|x|z|ch|sh)$", last) else f"{text}s"


def singularize(text: str) -> str | None:
    """Write the last word in the singular; None when it is in no plural that is known."""
    word = re.search(r"[A-Za-z]+$", text)
    if not word:
        return None
    for cut, ending in ((3, "y"), (2, ""), (1, ""), (3, ""), (3, "f"), (3, "fe")):
        single = text[: max(len(text) - cut, word.start())] + ending
        if single and pluralize(single) == text:
            return single
    irregular = ("person", "child", "man", "woman", "foot", "tooth", "mouse", "goose", "ox", "analysis", "quiz")
    found = [single for single in irregular if (pluralize(single) or "")[1:] == text[word.start() + 1 :].lower()]
    return text[: word.start() + 1] + found[0][1:] if found else None


PLURALS = {
    "pluralize": KnownFunction(pluralize, "write it in the plural", 6, imports=("re",)),
    "singularize": KnownFunction(singularize, "write it in the singular", 6, imports=("re",), needs=(pluralize,)),
}
