"""How forms are drawn, and the little they share."""

from django import forms
from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    """Our own templates for whole forms and single fields."""

    form_template_name = "components/form.html"
    formset_template_name = "components/formset.html"
    field_template_name = "components/field.html"


def status_of(*bound: forms.BaseForm) -> int:
    """200 for a fresh page, 422 when what was typed needs another look."""
    return 422 if any(form.is_bound and not form.is_valid() for form in bound) else 200


class OwnWords(forms.Textarea):
    """A text field for what people write themselves: in the serif, with a count."""

    def __init__(self, rows: int = 4, **attrs: object) -> None:
        super().__init__(attrs={"rows": rows, "class": "own-words", **attrs})
