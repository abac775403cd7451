"""The only room that speaks ESC/POS: slips, their bytes, the ways to a printer, its answers, the agent."""
