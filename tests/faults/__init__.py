"""Every AWS call of every function is found by running it, then broken in every way.

The functions are the real ones, with botocore. What lies between them is read from template.yaml: tables,
queues, streams, schedules, rules, the state machine with its retries. Time is fake: a day is soon over.
"""
