"""PostgreSQL lets entries go whose time is over, for a transaction that says so; nothing edits them still."""

from django.db import migrations

DOOR = """
CREATE OR REPLACE FUNCTION history_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND current_setting('exchange.forgetting', true) = 'on' THEN RETURN OLD; END IF;
  RAISE EXCEPTION 'History is never edited or deleted.' USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""
NO_DOOR = """
CREATE OR REPLACE FUNCTION history_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'History is never edited or deleted.' USING ERRCODE = 'integrity_constraint_violation'; END $$;
"""


def with_door(apps, schema_editor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(DOOR)


def without_door(apps, schema_editor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(NO_DOOR)


class Migration(migrations.Migration):
    dependencies = [("history", "0003_latest_first")]
    operations = [migrations.RunPython(with_door, without_door)]
