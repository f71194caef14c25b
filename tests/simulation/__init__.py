"""The alliance by chance: everybody does what they may, and some of what they may not, for two years of moved clock.

Read in this order: `personas.py` (who), `verbs.py` (what they try), `rules.py` (what is asked after every step).
`alliance.py` does a step, `post.py` is the mail outside, `telling.py` draws steps from a seed, prints and shortens
them. What was found once stands in `found/`, and is told again by test_found.py.
"""
