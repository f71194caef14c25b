"""The database itself refuses to edit history. Deleting is refused where emptying a table is not the same statement."""

from django.db import migrations

SQLITE = """
CREATE TRIGGER history_never_edited BEFORE UPDATE ON history_historyentry
BEGIN SELECT RAISE(ABORT, 'History is never edited.'); END;
"""
POSTGRESQL = """
CREATE FUNCTION history_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'History is never edited or deleted.' USING ERRCODE = 'integrity_constraint_violation'; END $$;
CREATE TRIGGER history_append_only BEFORE UPDATE OR DELETE ON history_historyentry
FOR EACH ROW EXECUTE FUNCTION history_append_only();
"""


def guard(apps, schema_editor) -> None:
    schema_editor.execute({"sqlite": SQLITE, "postgresql": POSTGRESQL}[schema_editor.connection.vendor])


def unguard(apps, schema_editor) -> None:
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP TRIGGER history_never_edited")
    else:
        schema_editor.execute("DROP TRIGGER history_append_only ON history_historyentry")
        schema_editor.execute("DROP FUNCTION history_append_only()")


class Migration(migrations.Migration):
    dependencies = [("history", "0001_initial")]
    operations = [migrations.RunPython(guard, unguard)]
