"""Mails to municipalities: whom a step concerns, what is said, and the SMTP door.

`plan` and `concern` decide, `facts` and `composing` say, `message` and `smtp` send, `sending` is the flow of it.
`overview` is what commands and pages ask.
"""
