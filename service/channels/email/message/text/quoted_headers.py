"""The headers above a mail that Outlook and others quote without marks: `Von:`, `Gesendet:`, `An:`, `Betreff:`."""

from collections.abc import Mapping, Sequence

_MAX_LABEL_CHARS = 24
_MAX_LINES = 16
_DRESS = "*_ \t\xa0\u200e"
_WORDS: Mapping[str, str] = {
    "from": (
        "from von de da van från fra lähettäjä od od/from от від kimden gönderen feladó expéditeur remitente mittente "
        "afzender nadawca odesílatel από מאת من 差出人 发件人 寄件者 보낸사람 de/from"
    ),
    "sent": (
        "sent date gesendet datum envoyé fecha enviado enviada inviato data verzonden skickat sendt dato lähetetty "
        "päivämäärä odesláno datum/date wysłano отправлено дата надіслано gönderildi tarih dátum elküldve "
        "datums ημερομηνία תאריך 送信日時 日付 日時 发送时间 日期 寄件日期 보낸날짜 날짜"
    ),
    "to": (
        "to an à para a aan till til vastaanottaja komu do кому kime alıcı címzett destinataire destinatario προς אל "
        "إلى 宛先 收件人 받는사람"
    ),
    "subject": (
        "subject betreff objet asunto assunto oggetto onderwerp ämne emne aihe předmět predmet temat тема konu tárgy "
        "subiect θέμα נושא الموضوع 件名 主题 主旨 제목"
    ),
    "other": "cc bcc kopie kopia копия bilgi importance wichtigkeit priority priorität attachments anlagen reply-to",
}
_KINDS = {word: kind for kind, words in _WORDS.items() for word in words.split()}
_NEEDED = frozenset({"from", "to", "sent"})


def end_of_quoted_headers(lines: Sequence[str], position: int) -> int | None:
    """The first line below the headers of a quoted mail that begin at this line; None if none begin there.

    A mail's sender, time and recipient must be among them, and its subject or an address: `Von: Berlin` is a journey.
    """
    if _kind(lines[position]) in {None, "other"}:
        return None
    kinds: dict[str, str] = {}
    end = position
    for at in range(position, min(position + _MAX_LINES, len(lines))):
        kind = _kind(lines[at])
        if kind in kinds and kind != "other":
            break
        if kind is not None:
            kinds[kind] = lines[at]
            end = at + 1
        elif not lines[at].strip() and at > end:  # two empty lines, or one behind a line that is no header
            break
    is_mail = kinds.keys() >= _NEEDED and ("subject" in kinds or "@" in kinds["from"])
    return end if is_mail else None


def _kind(line: str) -> str | None:
    if ":" not in line and "：" not in line:
        return None
    label, colon, _ = line.strip(_DRESS)[: _MAX_LABEL_CHARS + 1].replace("：", ":").partition(":")
    return _KINDS.get(label.strip(_DRESS).replace(" ", "").lower()) if colon else None
