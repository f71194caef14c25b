"""Backups: all rows and files as they stood at one moment, in a shape that either database takes back.

A backup is a folder: `rows` holds a file for each table, `files` what is in the storage, and `manifest.json`, which is
written last, says how much there must be of it and with which checksums. What has no manifest is no backup.
"""
