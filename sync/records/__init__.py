"""What a row of «Ответы» is: its columns, cells and times, and the states and remarks made of it."""
