"""The kinds of windows: what each computes, how it is called, and how people ask for it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from agents.induction.windows import functions


@dataclass(frozen=True)
class Function:
    """One thing that windows compute."""

    compute: Callable[..., Any]
    says: str  # what it is, as part of a sentence
    words: str  # a pattern of the words by which people ask for it, in names of columns and in instructions
    bits: float
    single: bool = False  # True when it is one number for the whole group
    looks_ahead: bool = True  # False when a row has its number from the rows up to the one behind it


FUNCTIONS = {
    "running_total": Function(
        functions.running_total,
        "the running total",
        r"cum\w*|running|accumul\w*|balance|to date|ytd",
        4.0,
        looks_ahead=False,
    ),
    "running_highest": Function(
        functions.running_highest,
        "the highest so far",
        r"cum\w*|running|so far|record",
        6.0,
        looks_ahead=False,
    ),
    "running_lowest": Function(
        functions.running_lowest,
        "the lowest so far",
        r"cum\w*|running|so far|record",
        6.0,
        looks_ahead=False,
    ),
    "running_mean": Function(
        functions.running_mean,
        "the mean so far",
        r"cum\w*|running|so far|expanding",
        7.0,
        looks_ahead=False,
    ),
    "running_product": Function(
        functions.running_product,
        "the running product",
        r"cum\w*|running|compound\w*",
        7.0,
        looks_ahead=False,
    ),
    "difference": Function(
        functions.difference,
        "the difference from the row above",
        r"diff\w*|change|delta|increase|growth",
        4.0,
        looks_ahead=False,
    ),
    "difference_to_next": Function(
        functions.difference_to_next,
        "the difference to the row below",
        r"diff\w*|change|delta|next|until",
        6.0,
    ),
    "relative_change": Function(
        functions.relative_change,
        "the relative change from the row above",
        r"change|growth|pct\w*|percent\w*|return",
        6.0,
        looks_ahead=False,
    ),
    "percent_change": Function(
        functions.percent_change,
        "the change from the row above in percent",
        r"change|growth|pct\w*|percent\w*|return|%",
        6.5,
        looks_ahead=False,
    ),
    "moving_total": Function(
        functions.moving_total,
        "the sum of the last {count}",
        r"moving|rolling|window|last",
        7.0,
        looks_ahead=False,
    ),
    "moving_mean": Function(
        functions.moving_mean,
        "the mean of the last {count}",
        r"moving|rolling|window|last|ma\d*|sma",
        6.0,
        looks_ahead=False,
    ),
    "rank_from_highest": Function(
        functions.rank_from_highest,
        "the rank from the highest",
        r"rank\w*|place|position",
        5.0,
    ),
    "rank_from_lowest": Function(
        functions.rank_from_lowest,
        "the rank from the lowest",
        r"rank\w*|place|position",
        5.0,
    ),
    "dense_rank_from_highest": Function(
        functions.dense_rank_from_highest,
        "the rank from the highest, without gaps",
        r"rank\w*|dense|place",
        5.5,
    ),
    "dense_rank_from_lowest": Function(
        functions.dense_rank_from_lowest,
        "the rank from the lowest, without gaps",
        r"rank\w*|dense|place",
        5.5,
    ),
    "order_from_lowest": Function(
        functions.order_from_lowest,
        "the place in ascending order",
        r"rank\w*|order|place|position",
        6.5,
    ),
    "mean_rank_from_lowest": Function(
        functions.mean_rank_from_lowest,
        "the rank from the lowest, shared by equals",
        r"rank\w*|average",
        7.0,
    ),
    "share_of_total": Function(
        functions.share_of_total,
        "the share of the total",
        r"share|part|portion|ratio|percent\w*|pct|proportion|fraction",
        5.0,
    ),
    "percent_of_total": Function(
        functions.percent_of_total,
        "the percentage of the total",
        r"share|part|portion|ratio|percent\w*|pct|proportion|%",
        5.5,
    ),
    "share_of_highest": Function(
        functions.share_of_highest,
        "the share of the highest",
        r"share|ratio|relative|percent\w*",
        7.0,
    ),
    "above_mean": Function(
        functions.above_mean,
        "the difference from the mean",
        r"deviation|diff\w*|mean|average|center\w*",
        6.0,
    ),
    "from_zero_to_one": Function(
        functions.from_zero_to_one,
        "the place between the lowest and the highest",
        r"scal\w+|normali\w+|min\W?max",
        7.0,
    ),
    "standard_score": Function(
        functions.standard_score,
        "the standard score",
        r"z\W?score|standard\w*|normali\w+|zscore",
        7.0,
    ),
    "total": Function(
        functions.group_total,
        "the total",
        r"total|sum",
        4.0,
        single=True,
    ),
    "mean": Function(
        functions.group_mean,
        "the mean",
        r"mean|average|avg",
        5.0,
        single=True,
    ),
    "highest": Function(
        functions.group_highest,
        "the highest",
        r"max\w*|highest|largest|top|best|latest|last",
        5.0,
        single=True,
    ),
    "lowest": Function(
        functions.group_lowest,
        "the lowest",
        r"min\w*|lowest|smallest|first|earliest",
        5.0,
        single=True,
    ),
    "middle": Function(
        functions.group_median,
        "the median",
        r"median",
        6.0,
        single=True,
    ),
    "deviation": Function(
        functions.group_deviation,
        "the standard deviation",
        r"std\w*|deviation|sd",
        6.5,
        single=True,
    ),
}
