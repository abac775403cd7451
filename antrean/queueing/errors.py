"""What can be refused, each with a stable code.

    QueueError
     ├── Invalid      a value that can't be right            HTTP 422
     ├── Unknown      a thing that does not exist             HTTP 404
     ├── Forbidden    not for this person or device           HTTP 403
     ├── Refused      not in this state, not now              HTTP 409
     ├── Unavailable  the journal can't be written now        HTTP 503
     └── InternalError  this program is at fault              HTTP 500

A refusal changes nothing. The sentence is English; screens translate it by its text.
"""

from __future__ import annotations


def N_(sentence: str) -> str:
    """Mark a sentence for the translation catalogues."""
    return sentence


class Counted(str):
    """A sentence with a number; `one` is what it is where the value named `of` is 1."""

    __slots__ = ("of", "one")
    one: str
    of: str


def nN_(one: str, many: str, of: str) -> Counted:
    """Mark a sentence for the translation catalogues in both of its forms; `of` names the value that counts."""
    sentence = Counted(many)
    sentence.one, sentence.of = one, of
    return sentence


INVALID: dict[str, str] = {
    "bad_request": N_("The request can't be read."),
    "body_too_large": N_("The request is too large."),
    "reason_missing": N_("Say why the number is cancelled."),
    "persons_out_of_range": N_("The number of persons must be between 1 and 9."),
    "value_missing": N_("The field “{field}” is missing."),
    "value_invalid": N_("The field “{field}” has a value that can't be used."),
    "address_missing": N_("The printer's address is missing."),
    "address_blank": N_("A printer's address has no blanks: it names one printer. A second one has its own field."),
    "address_sign": N_("A printer's address is of plain letters, digits and - _ . : / only, without “{sign}”."),
    "address_too_long": N_("A printer's address has at most {most} letters."),
    "address_kind": N_(
        "“{value}” is no printer's address: it must begin with tcp://, usblp://, usb://, serial:// or cups://."
    ),
    "address_host": N_("“{value}” is no name and no number of a device in a network, such as 192.168.1.50."),
    "address_port": N_("“{value}” is no port: a port is a number from 1 to 65535, mostly 9100."),
    "address_usb": N_("“{value}” is no USB device: write it as lsusb shows it, such as 04b8:0e28."),
    "address_device": N_("“{value}” is no device: write its whole path, such as /dev/usb/lp0."),
    "address_folder": N_("“{value}” is no folder for a virtual printer: write its whole path, without .. in it."),
    "address_queue": N_("“{value}” is no name of a print queue."),
    "address_option": N_("The option “{name}” of the printer's address is not known, or stands there twice."),
    "address_option_value": N_("The option “{name}” of the printer's address can't be “{value}”."),
    "address_profile": N_("There is no printer model “{value}”."),
    "address_unreadable": N_("What is stored as the printer's address can't be read. Set the printer up again."),
    "address_same": N_("This is the printer itself. The second printer must be another one."),
    "address_virtual": N_("A virtual printer is named on its own computer only (ANTREAN_PRINTER)."),
    "language_twice": N_("Each language can be chosen once."),
    "note_has_id_number": N_("Identity numbers (NIK, No. KK) must not be written here."),
    "name_unprintable": N_("A name can only have letters and signs that can be seen."),
    "text_unprintable": N_("The text has signs that nobody can see. Type it again instead of pasting it."),
    "office_name_differs": N_("The name of your office was not typed twice alike. Type it once more."),
    "plan_too_large": N_("The settings are too large to be saved. Use a smaller picture or fewer texts."),
    "plan_file_missing": N_("The picture or video {value} is not on this machine ({field})."),
    "hours_unreadable": N_("“{value}” can't be read as hours. Write them like 08:00-12:00, 13:00-15:00."),
    "holidays_none": N_("No holiday is ticked."),
    "hours_none": N_("Tick at least one day on which the office is open, or choose “At any time”."),
    "service_none": N_("Tick at least one service, or write one of your own."),
    "times_missing": N_("{days}: say when the office opens and closes."),
    "hours_overlap": N_("Times overlap, or end before they begin ({field})."),
    "day_impossible": N_("There is no day “{value}” in the calendar."),
    "campaign_ends_early": N_("The last day comes before the day of the start count."),
    "campaign_too_long": N_("A campaign lasts ten years at most."),
    "campaign_target_small": N_("The target must be more than the start count."),
    "campaign_reason_missing": N_("Say why."),
    "campaign_serviceless": N_("Tick at least one service that counts."),
    "plan_twice": N_("“{value}” stands twice in the settings ({field})."),
    "plan_service_unknown": N_("The settings have no service “{value}” ({field})."),
    "plan_group_unknown": N_("The settings have no group “{value}” ({field})."),
    "plan_stock_unknown": N_("The settings have no stock item “{value}” ({field})."),
    "plan_no_journey": N_("The service “{value}” has no journey, so nothing of it is collected ({field})."),
    "plan_need_unknown": N_("The settings have nothing that services need as “{value}” ({field})."),
    "stock_count_out_of_range": N_("Write a whole number, 1 or more."),
    "stock_reason_missing": N_("Say why."),
    "numbers_reason_missing": N_("Say why."),
    "plan_zone_unknown": N_("The settings have no zone “{value}” ({field})."),
    "password_too_short": N_("The password needs at least {length} characters."),
    "password_common": N_("This password is one of those that are guessed first. Choose another one."),
    "password_differs": N_("The password was not typed twice alike. Type it once more."),
    "password_same": N_("This is the password of today. Choose another one."),
    "password_own_name": N_("A password must be more than the own name."),
    "pin_digits": N_("A PIN has 4 to 8 digits."),
    "pin_weak": N_("This PIN is one of those that are guessed first. Choose another one."),
    "request_id_reused": N_("This request was already used for something else."),
    "bad_request_id": N_("A request's id has 8 to 64 letters, digits, “_” or “-”."),
    "backup_unreadable": N_("This file is damaged, or is no backup of Antrean. Nothing was changed."),
    "backup_newer": N_(
        "This backup was made by a newer release of Antrean. Install that release here first. Nothing was changed."
    ),
    "backup_locked": N_("This backup is encrypted. Type its passphrase."),
    "backup_passphrase": N_("This is not the passphrase of this backup. Type the right one."),
    "zone_missing": N_("Choose the time zone of your office from the list."),
    "second_place_missing": N_("There is no folder {folder} on this machine. Write its whole path, as it is there."),
    "second_place_same": N_(
        "{folder} lies on the disk of this office's data, and would be lost with it. Choose a folder on another drive."
    ),
    "second_place_fleeting": N_("What lies in {folder} is gone when this machine is switched off. Choose another one."),
    "second_place_closed": N_(
        "Nothing can be written to {folder}. Is the stick locked? Otherwise ask whoever looks after this machine."
    ),
    "second_place_full": N_("{folder} has no room for one backup. Make room there, or choose another drive."),
    "second_place_failing": N_(
        "{folder} does not give back what was written. The stick may be failing: take another one."
    ),
    "backup_other_office": N_(
        "By its settings this machine serves “{office}”, and the backup holds {offices}. Nothing was changed."
    ),
    "highest_unreadable": N_(
        "“{value}” is no number of a slip, such as {series}-311. Leave the field empty if nobody knows."
    ),
    "backup_too_large": N_(
        "A browser can send {most} MB at most. Copy the file into the folder of backups on the machine, and load this "
        "page again: then it stands in the list."
    ),
    "field_unknown": N_("The field “{field}” is not known here."),
}
UNKNOWN: dict[str, str] = {
    "service_unknown": N_("This service does not exist."),
    "ticket_unknown": N_("The number {ticket} does not exist today."),
    "ticket_code_wrong": N_("This number and this code do not belong together. Both stand on the slip."),
    "ticket_gone": N_("This number is no longer valid. Please take a new one."),
    "counter_unknown": N_("This counter does not exist."),
    "call_unknown": N_("This call does not exist today."),
    "campaign_unknown": N_("This office has no campaign."),
    "stock_unknown": N_("This stock item does not exist."),
    "need_unknown": N_("This is nothing that services need here."),
    "case_unknown": N_("This code is not known here. Please check each letter."),
    "stage_unknown": N_("The service has no such stage."),
    "voucher_unknown": N_("This number can't be taken up again."),
    "stock_entry_unknown": N_("This entry can't be taken back any more."),
    "slip_unknown": N_("This slip does not exist today."),
    "printer_unknown": N_("This printer does not exist."),
    "session_unknown": N_("This session has ended already."),
    "staff_unknown": N_("Nobody of this name works here."),
    "nobody_elsewhere": N_("Nobody of this name works in another office."),
    "zone_unknown": N_("No display has this zone."),
    "group_unknown": N_("The office has no such group of services."),
    "pairing_code_unknown": N_("No screen shows this code. A code is good once, for five minutes."),
    "device_unknown": N_("No device of this name is paired."),
    "backup_gone": N_("This backup is not there any more, or another one has been chosen meanwhile. Choose again."),
    "office_made": N_("This office is set up already. Sign in."),
    "office_unknown": N_("This office does not exist here."),
    "not_found": N_("This page does not exist."),
}
FORBIDDEN: dict[str, str] = {
    "sign_in_required": N_("Please sign in first."),
    "sign_in_failed": N_("Name or password is wrong."),
    "export_of_another": N_("Somebody else asked for this file. Whoever leads the office can remove it."),
    "set_up_code_wrong": N_("The code is wrong, or there is a newer one by now."),
    "one_time_code_wrong": N_("Name or code is wrong, or the code was used already or is too old."),
    "session_locked": N_("This screen is locked. Open it with your PIN or password."),
    "pin_wrong": N_("The PIN is wrong."),
    "pin_none": N_("The password opens it: no PIN is set."),
    "pin_blocked": N_("The PIN was wrong too often. The password opens it."),
    "second_code_missing": N_("The code of the authenticator app is missing."),
    "second_code_wrong": N_("The code is wrong, or was used already."),
    "device_not_paired": N_("This device is not paired."),
    "not_allowed": N_("You are not allowed to do this."),
    "wrong_device_kind": N_("This device is paired as something else."),
    "host_not_allowed": N_("This system is not known as “{host}”. Its own names stand in the setting allowed_hosts."),
    "wrong_origin": N_("The request came from another site."),
}
REFUSED: dict[str, str] = {
    "name_alike": N_(
        "“{name}” is already here and looks the same. Write the name so that nobody takes one for the other."
    ),
    "name_elsewhere": N_("“{name}” works in another office. Write the name so that nobody takes one for the other."),
    "agent_elsewhere": N_("The print agent of this machine belongs to another office."),
    "works_elsewhere": N_(
        "“{name}” works in other offices, too, so no code for a new password is given here. "
        "Whoever looks after the system sets a new password at the machine."
    ),
    "invitation_gone": N_("This invitation holds no longer. An administrator of the office can invite again."),
    "office_needed": N_("Say which office it is."),
    "name_taken": N_("“{name}” works here already."),
    "letter_taken": N_("The letter {letter} belongs to “{service}” already."),
    "last_administrator": N_("This is the last administrator. Give somebody else that role first."),
    "request_id_taken": N_("This request's id belongs to somebody else."),
    "plan_changed_meanwhile": N_(
        "Not saved: somebody has changed these settings meanwhile. Load the page again, then save."
    ),
    "closed_now": N_("The office is closed now."),
    "service_in_use": nN_(
        "{count} number is still open for this service. Close the service, and remove it when the number is done.",
        "{count} numbers are still open for this service. Close the service, and remove it when they are done.",
        of="count",
    ),
    "stage_in_use": nN_(
        "{count} case is in the stage “{stage}”. Move it on first.",
        "{count} cases are in the stage “{stage}”. Move them on first.",
        of="count",
    ),
    "journey_in_use": nN_(
        "{count} case of “{service}” is still on its way. Move it to the last stage first.",
        "{count} cases of “{service}” are still on their way. Move them to the last stage first.",
        of="count",
    ),
    "counter_staffed": N_("{operator} sits at {counter}. Remove it when nobody works there."),
    "counter_in_use": nN_(
        "{count} number is still at this counter or was sent there. Remove it when the number is done.",
        "{count} numbers are still at this counter or were sent there. Remove it when they are done.",
        of="count",
    ),
    "services_unserved": N_("No counter would serve {services}. Whoever takes a number for that would not be called."),
    "time_zone_numbers": N_("Numbers were given today. Change the time zone before the first number of a day."),
    "time_zone_date": N_(
        "There it is another date now. Change the time zone at an hour at which the date is the same there and here."
    ),
    "priority_not_here": N_("This service has no priority: everybody is called in turn."),
    "need_is_down": N_("It is down now. Say that it is back first."),
    "zone_in_use": N_("“{zone}” is still the zone of {places}. Give them another zone first."),
    "office_not_sample": N_("This is no sample office any more."),
    "office_busy": N_("Somebody is still changing something in the sample. Try again in a moment."),
    "case_needed": N_("This service is for what is ready. Please enter the code on your slip."),
    "case_not_ready": N_("It is not ready to be collected yet."),
    "case_ended": N_("It was collected already, or its time is over."),
    "case_has_number": N_("Somebody is here for it already, with the number {ticket}."),
    "case_known": N_("The code {case} is known already."),
    "case_moved": N_("{case} is in this stage already, or beyond it."),
    "case_not_moved": N_("There is no move of {case} to take back."),
    "stage_for_leaders": N_("Only those who lead the office move cases to this stage."),
    "voucher_redeemed": N_("This number was taken up already. Its number of today is {ticket}."),
    "voucher_over": N_("The time to come back with this number is over. Please take a new number."),
    "stock_used_up": N_("Used up: {item}. No more numbers can be given for this service for now."),
    "stock_not_there": N_("So many are not there: the list says {count}. Count them first."),
    "service_closed": N_("This service is closed."),
    "service_paused": N_("This service is paused."),
    "announcement_ended": N_("This announcement holds no longer."),
    "announcements_full": nN_(
        "{limit} announcement is made already. End it first.",
        "{limit} announcements are made already. End one first.",
        of="limit",
    ),
    "time_past": N_("This time has already passed. Give a later one, or none."),
    "day_closed": N_("The office is closed for today."),
    "queue_empty": N_("Nobody is waiting for this counter."),
    "counter_busy": N_("The counter still has the number {ticket}."),
    "counter_taken": N_("{operator} sits at this counter."),
    "sits_elsewhere": N_("{operator} sits at counter {counter} already."),
    "counter_not_open": N_("The counter is not open."),
    "counter_not_for_service": N_("{counter} does not serve this service."),
    "counter_paused": N_("The counter is paused."),
    "not_at_counter": N_("Sit down at a counter first."),
    "ticket_not_waiting": N_("The number {ticket} is not waiting."),
    "already_called": N_("The number {ticket} was already called to counter {counter}."),
    "ticket_not_called": N_("The number {ticket} is not being called."),
    "ticket_not_serving": N_("The number {ticket} is not being served."),
    "ticket_not_held": N_("The number {ticket} is not on hold."),
    "ticket_not_no_show": N_("The number {ticket} was not marked as absent."),
    "ticket_not_completed": N_("The number {ticket} was not finished."),
    "ticket_not_here": N_("The number {ticket} is not at this counter."),
    "ticket_ended": N_("The number {ticket} has ended."),
    "deferred_before": N_("The number {ticket} has let others go first already. That can be done once."),
    "nobody_behind": N_("Nobody waits behind the number {ticket} who could go first."),
    "recall_too_soon": nN_(
        "The number was called a moment ago. Try again in {seconds} second.",
        "The number was called a moment ago. Try again in {seconds} seconds.",
        of="seconds",
    ),
    "recall_limit": nN_(
        "The number was called {limit} time. Mark it as absent.",
        "The number was called {limit} times. Mark it as absent.",
        of="limit",
    ),
    "hold_limit": nN_(
        "The counter already holds {limit} number.", "The counter already holds {limit} numbers.", of="limit"
    ),
    "readmit_limit": N_("The number {ticket} can't come back any more."),
    "same_service": N_("The number {ticket} is already in this service."),
    "nothing_to_undo": N_("There is nothing to take back."),
    "too_many_persons": nN_(
        "Only {left} more person can be taken for this service today.",
        "Only {left} more persons can be taken for this service today.",
        of="left",
    ),
    "too_many_today": N_("No more numbers can be given for this service today."),
    "numbers_stopped": N_("No more numbers are given for this service today: those who wait take until closing."),
    "backup_no_room": N_("The disk has no room for this backup. Nothing was changed."),
    "second_place_named": N_(
        "The second place is named in the settings of this machine (backup_folder), and is changed there."
    ),
    "second_place_busy": N_("Another drive is being tried right now. Please try again in a moment."),
    "restore_busy": N_("A backup is being read or brought back right now. Wait a moment, then load this page again."),
    "office_was_here": N_("An office has been here. Bring its backup back, or say that you want to begin a new one."),
    "draft_changed": N_("Somebody else has changed an answer meanwhile. Read everything once more, then begin."),
    "clock_wrong": N_("The clock of this system is wrong. A supervisor has to tell it the true time."),
    "slip_already_taken": N_("Another print agent has taken this slip."),
    "slip_not_needed": N_("This slip is of no use any more."),
    "slip_settled": N_("This slip is already settled."),
    "slip_printed": N_(
        "The slip of the number {ticket} went to the printer. If you do not have it, please ask our staff."
    ),
    "slip_being_sent": N_("This slip is being sent to the printer right now."),
    "copy_limit": nN_(
        "No more than {limit} copy of a slip can be printed.",
        "No more than {limit} copies of a slip can be printed.",
        of="limit",
    ),
    "printer_held": N_("The printer's queue is on hold."),
    "device_name_taken": N_(
        "“{name}” is the name of another device already. Unpair that one if this one takes its place, "
        "or write another name."
    ),
    "device_away": N_("This screen is not connected right now."),
    "list_limit": N_("This list was printed a moment ago. For one more, please ask our staff."),
    "list_day_limit": N_("No more lists are printed here today. Please take a photo of the list."),
    "lists_not_now": N_("The printer gives nothing right now. Please take a photo of the list."),
    "agent_silent": N_("The print agent of this printer is not connected."),
    "rate_limited": N_("Too many attempts. Please wait a moment."),
    "too_many_followers": N_("Too many phones are connected. The page refreshes by itself."),
    "media_full": N_("Pictures and videos may take {limit} MB in all. Remove some that are no longer shown."),
    "export_running": N_("A file is being made already. Wait for it, or end it first."),
    "export_too_large": N_("The file would be too large. Choose a shorter time."),
    "disk_nearly_full": N_("The disk is nearly full. What is left of it is kept for numbers."),
}
UNAVAILABLE: dict[str, str] = {
    "busy": N_("Too much is being drawn here right now. Please try again in a moment."),
    "export_failed": N_(
        "The file could not be made: it is too much for this machine, or the machine is too busy. Choose less, or try "
        "again later."
    ),
    "pdf_unavailable": N_(
        "This machine can't make PDF files: it lacks the packages libpangoft2-1.0-0 and libharfbuzz-subset0. Print the "
        "page instead, or tell whoever looks after this machine."
    ),
    "too_slow": N_("This machine is too busy to work that out right now. Please try again later."),
    "office_being_set_up": N_("This office is being set up."),
    "restore_failed": N_("The backup could not be brought back, and nothing was changed. The log of the hub says why."),
    "draft_not_kept": N_(
        "Your answer could not be written to the disk of the machine. Is the disk full? All answers before it are kept."
    ),
    "storage_unavailable": N_("The number could not be saved. Please try again."),
    "settings_damaged": N_(
        "The settings are damaged and can't be changed. Tell whoever looks after the hub: "
        "the newest backup must be restored."
    ),
}
INTERNAL: dict[str, str] = {
    "internal_error": N_("Something went wrong here. Please try again."),
}

# Every code with its sentence. Each is raised by the class of its group, so a code has one status.
SENTENCES: dict[str, str] = {**INVALID, **UNKNOWN, **FORBIDDEN, **REFUSED, **UNAVAILABLE, **INTERNAL}


class QueueError(Exception):
    """A command that was refused; `code` is stable, `values` fill the sentence.

    A value `why` is what the office itself says about it, in the reader's language, "" for nothing: it follows the
    sentence. `until` is the time of the office's clock until which it is expected to be so, "" when nobody knows.
    `opens` is the moment at which it opens next by its hours, None when nobody knows.
    """

    status = 500
    retry_after = 0  # seconds after which the same command may be accepted; 0: not said

    def __init__(self, code: str, **values: object) -> None:
        self.code = code
        self.sentence = SENTENCES[code]
        self.values = values
        sentence = self.sentence
        if isinstance(sentence, Counted) and values[sentence.of] == 1:
            sentence = sentence.one
        super().__init__(sentence.format_map(values))


class Invalid(QueueError):
    """A value that can't be right."""

    status = 422


class Unknown(QueueError):
    """A thing that does not exist."""

    status = 404


class Forbidden(QueueError):
    """Not for this person or device."""

    status = 403


class Refused(QueueError):
    """Right in itself, but not in this state or not now."""

    status = 409


class Unavailable(QueueError):
    """The journal can't be written now; nothing was changed, or the same request asked again tells."""

    status = 503


class InternalError(QueueError):
    """This program is at fault with this one command; nothing was changed. The cause is what was raised."""

    status = 500

    def __init__(self, code: str = "internal_error") -> None:
        super().__init__(code)
