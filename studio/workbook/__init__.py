"""The planner's workbook of one plan."""
