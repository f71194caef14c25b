"""Every sentence that promises what is kept, deleted or erased, with what makes it true (rule 15).

A promise with a time in it takes that time from the declaration. A new sentence of this kind fails until it is listed.
"""

import re
from dataclasses import replace
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.template import engines

from exchange.people.models import User
from exchange.privacy import declared as personal
from exchange.templatetags import house
from exchange.trips.forms.people import PhoneForm

ROOT = Path(settings.ROOT)
CATALOGUE = ROOT / "locale/nl/LC_MESSAGES/django.po"
PURGE = "privacy/test_purge.py::test_every_personal_field_is_gone_in_time_and_not_before"
ERASE = "privacy/test_erase.py::test_nothing_of_somebody_is_left_anywhere"
PAGE = "privacy/test_erase.py::test_the_page_shows_what_goes_and_what_stays_and_asks_for_the_address"
FIGURES = "privacy/test_erase.py::test_the_figures_of_the_trip_stay_and_certificates_verify"
FAREWELL = "privacy/test_erase.py::test_one_last_mail_says_so_and_then_the_address_goes"
ROOM = "privacy/test_erase.py::test_numbers_are_gone_from_the_room_on_the_day_that_is_said"
PROFILE = "privacy/test_promises.py::test_a_profile_has_no_end_of_its_own"
TYPED = "unsent/test_drafts.py::test_it_comes_back_to_its_author_and_nobody_else"
MOVED = "trips/test_moving.py::test_everybody_who_wrote_gets_one_letter_and_every_manager_is_asked_again"
LABEL = "a button, a heading or a deed"
#: The beginning of each promise, and the test that makes it come true.
PROMISES = {
    # --- deleted in time
    "If you are not selected, we delete your application": PURGE,
    "Did somebody put you on a list to invite you?": PURGE,
    "%(who)s put your name and this address on a list": PURGE,
    "Their address is used for this trip only and deleted": PURGE,
    "For another trip you can apply again; your profile is kept. What you wrote": PURGE,
    "Do you want to know more about this decision": PURGE,
    "The call closed on %(when)s. What you wrote is kept here": PURGE,
    "What you wrote stands on your page, for you only, until": PURGE,
    "The companions read this tonight; it is deleted": PURGE,
    "Your fellow travellers and the team see it. It is deleted": ROOM,
    "The trip is over: numbers are not kept": ROOM,
    "the publication, when you are not selected": PURGE,
    "Who did what, newest first. Nobody can change": "privacy/test_purge.py::test_deeds_are_forgotten_by_the_purge_"
    "and_by_nothing_else",
    "Failed sign-ins, changes of password": "privacy/test_purge.py::test_deeds_are_forgotten_by_the_purge_"
    "and_by_nothing_else",
    "Your reason is kept with every record": "history/test_traces.py::test_what_people_wrote_is_shown_after_a_reason_"
    "which_is_kept",
    "What was sent here is deleted": "privacy/test_purge.py::test_what_was_sent_says_that_it_was_deleted",
    "Kept at #. Nobody reads it until you send it.": TYPED,
    "Kept on this device until you send it.": "browser/test_unsent.py::test_what_was_typed_comes_back",
    "The PDF of this edition is not made yet": "jobs/test_worker.py::test_a_job_and_its_file_are_removed_when_their_"
    "time_is_over",
    "What takes long is made outside the pages": "jobs/test_worker.py::test_a_job_and_its_file_are_removed_when_their_"
    "time_is_over",
    "No mail to you yet. Codes to sign in with are not kept": "privacy/test_purge.py::test_a_sealed_mail_is_emptied_by_"
    "the_day_it_expires",
    "What you wrote is kept. If the new days suit you": MOVED,
    "%(time)s after the trip is completed we delete whose words these are": PURGE,
    "%(time)s after the trip is completed we delete it.": PURGE,
    # --- taken back
    **dict.fromkeys(
        ("Your word goes at once out of this edition", "A word of yours appears in a report only when you say yes"),
        "impact/test_taken_back.py::test_it_leaves_page_pdf_and_sheet_at_once",
    ),
    "An edition says on which day a word was taken out": "impact/test_taken_back.py::test_the_team_reads_when_and_how_"
    "many_and_not_whose_or_which",
    "When somebody else said the same, the word stays": "impact/test_taken_back.py::test_below_k_no_word_is_shown_and_"
    "n_stays",
    **dict.fromkeys(
        ("When you allow it again later, it stands in editions", "It then stands in editions that are published from"),
        "impact/test_taken_back.py::test_every_edition_that_shows_it_and_no_other",
    ),
    **dict.fromkeys(
        (
            "You can take this back at any time; then it goes out",
            "Another word takes this one out of published editions",
        ),
        "impact/test_taken_back.py::test_another_word_none_or_no_tick_takes_it_out",
    ),
    # --- erased when somebody asks
    "The figures of reports that were published. A word": "privacy/test_erase.py::test_words_leave_the_editions_with_"
    "their_author_and_those_of_others_stay",
    "After signing in, “My data” shows everything": ERASE,
    "As was asked, everything that stood about you": ERASE,
    "Your data is erased. One last mail says so.": FAREWELL,
    "The data is erased. One last mail tells them.": FAREWELL,
    "This is the last mail from here": FAREWELL,
    "This was erased already.": "privacy/test_erase.py::test_an_administrator_may_and_nobody_else",
    "This account is open, or was erased.": "people/test_leaving.py::test_an_erased_account_does_not_open_again",
    "What somebody wrote as a reviewer or a manager": "privacy/test_erase.py::test_roles_end_and_what_was_done_for_"
    "others_stays",
    "Without your name stay: that there was an application": FIGURES,
    "How many there were (applications: %(applications)s": FIGURES,
    "The record of %(n)s certificate": FIGURES,
    **dict.fromkeys(
        (
            "Data erased",
            "Erase all data",
            "Erase all my data",
            "Erase everything now",
            "erased the data of somebody",
            "Your data is erased",
            "Erase all data of %(person)s",
        ),
        LABEL,
    ),
    # --- kept
    "Kept %(purpose)s": PAGE,
    "Below is what the team wrote about it. Your profile is kept": PROFILE,
    "Thank you for answering. You can apply": PROFILE,
    "You can apply for another trip whenever you like; your profile is kept.": PROFILE,
    "You don't have to do anything. For another trip": PROFILE,
    "For another trip you can apply again; your profile is kept.": PROFILE,
    "The call closes on %(when)s. What you wrote is kept": PURGE,
    "You started an application and have not sent it": PURGE,
    "Your application is not sent yet. What you wrote is kept": PURGE,
    "It stands nowhere with your name": "consistency/test_questions.py::test_every_column_with_an_answer_is_a_question",
    "No connection. What you type is kept": "browser/test_writing.py::test_the_network_is_cut_in_mid_typing",
    "Kept on this device, not saved yet:": "browser/test_writing.py::test_the_network_is_cut_in_mid_typing",
    "What you typed is kept on this device": "browser/test_writing.py::test_the_browser_is_killed_without_a_connection",
    "You are signed out. What you type is kept": "browser/test_writing.py::test_the_session_is_deleted_in_mid_typing",
    "This application was sent with a newer version": "applications/test_frozen.py::test_a_newer_one_is_a_sentence",
    "This edition was published by a newer version": "impact/test_report.py::test_a_newer_edition_is_a_sentence_and_"
    "the_lists_still_stand",
    "When the name changes, the present one is kept": "people/test_membership.py::test_a_school_is_added_and_a_former_"
    "name_too",
    "Where it says [personal link]": "outbox/test_delivery.py::test_links_are_made_at_delivery_and_never_stored",
    "Also say where the paper is kept": LABEL,
}
#: Sentences whose time is no time of keeping.
OTHER_TIMES = {
    "Left empty: five weeks after the return.": "trips/test_dates.py::test_what_is_left_empty_follows",
    "Left empty: one year after the return.": "trips/test_dates.py::test_what_is_left_empty_follows",
    "Dutch time (Europe/Amsterdam). Left empty: seven days": "trips/test_dates.py::test_what_is_left_empty_follows",
}
PROMISING = re.compile(
    r"\b(delet\w*|eras\w*|(is|are|no longer|not) kept|kept here|^Kept|nowhere with|kept nowhere|Without your name stay"
    r"|was made is removed|record of)\b",
    re.I,
)
ABOUT_KEEPING = re.compile(r"\b(delet\w*|eras\w*|kept|keep|stands here|removed|verif\w*)\b", re.I)
WRITTEN_OUT = re.compile(r"\b(one|two|three|four|five|six|seven|eight|nine|ten|twelve|\d+) (day|week|month|year)s?\b")
#: What holds such a word and promises nothing of the kind.
NO_PROMISE = (
    "This person had their data erased",
    "The address %(deleted_email)s was removed",
    "The trip is not announced yet",
)


def sentences() -> list[str]:
    found = [entry.msgid for entry in polib.pofile(str(CATALOGUE)) if not entry.obsolete]
    return [text for text in found if not text.startswith(NO_PROMISE)]


def test_every_promise_is_listed_with_what_makes_it_true() -> None:
    promising = [text for text in sentences() if PROMISING.search(text)]
    assert len(promising) > 30
    assert [text for text in promising if not text.startswith(tuple(PROMISES))] == []


def test_the_list_names_no_sentence_that_is_gone() -> None:
    told = sentences()
    assert [one for one in (*PROMISES, *OTHER_TIMES) if not any(text.startswith(one) for text in told)] == []


@pytest.mark.parametrize("test", sorted({*PROMISES.values(), *OTHER_TIMES.values()} - {LABEL}))
def test_what_makes_a_promise_true_is_there(test: str) -> None:
    path, _, name = test.partition("::")
    assert f"def {name}(" in (ROOT / "tests" / path).read_text()


def test_no_time_of_keeping_is_written_out() -> None:
    written = [text for text in sentences() if WRITTEN_OUT.search(text) and ABOUT_KEEPING.search(text)]
    assert written == []


def test_the_tag_reads_the_declaration(monkeypatch: pytest.MonkeyPatch) -> None:
    page = engines["mail"].from_string('{% kept_for "selection" as time %}{{ time }}')
    assert page.render() == "4 weken"
    other = tuple(replace(keep, days=90) if keep is personal.SELECTION else keep for keep in personal.KINDS)
    monkeypatch.setattr(house, "KINDS", other)
    assert page.render() == "90 dagen"


def test_a_form_reads_the_declaration() -> None:
    assert "2 weken" in str(PhoneForm().fields["phone"].help_text)
    longer = replace(personal.ROAD, days=60)
    assert str(longer.told("until %(time)s")) == "until 60 dagen"


def test_a_profile_has_no_end_of_its_own() -> None:
    kept = {keep for name, keep in User.PERSONAL.items() if not name.endswith("_by")}
    assert kept == {personal.ACCOUNT}
    assert personal.ACCOUNT.days is None
