"""Pure meaning: periods, money, rates, formulas, rules. Standard library only; no clock, no environment, no I/O."""
