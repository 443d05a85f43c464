"""The planner's workbook of one plan, and its kin: written, edited elsewhere, and read back.

| module | what it does |
|---|---|
| ``writing`` | one plan as ``plan.xlsx`` |
| ``reading`` | an edited workbook as a plan |
| ``csv_files`` | the same as ``plan.csv`` and ``plan-wide.csv`` |
| ``scenario_file`` | a plan in a scenario that runs, ``plan.toml`` |
| ``layout`` | what sheets and columns are called; tables that others may add |

The plan is carried whole: amounts by week and booked posts on sheets of their own, all else as rows of path and value,
and the plan as it was written on a hidden sheet, which edits are compared with.
"""
