"""Sheets of paper: the poster, the daily sheet of the notice board, the minutes, slips. Values in, PDF out."""
