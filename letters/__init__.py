"""Documents made of campaign and outbox: receipts, the municipality's answer, the region's note; as PDF and for Word.

May import campaign and outbox alone. Figures are those that the worker published; nothing is counted here that
«Свод» would count otherwise. `documents` makes a document of the facts of
`receipt`, `municipality` or `region`.
"""
