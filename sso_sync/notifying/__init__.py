"""Notifications: what changed about a connection is told once, to whoever the environment names.

What there is to tell (`facts`, `news`) and in which words (`message`, `wording`) is pure; `told` remembers, `targets`
knows whom to tell, `sending` does it.
"""
