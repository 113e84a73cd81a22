import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.channels.email.addresses import check_addresses, listen_address, mailbox_address, recipients_of


@pytest.mark.parametrize(
    ("text", "protocol", "host", "port"),
    [
        ("lmtp://127.0.0.1:8024", "lmtp", "127.0.0.1", 8024),
        ("smtp://[::1]:25", "smtp", "::1", 25),
        ("lmtp://:24", "lmtp", "127.0.0.1", 24),
        ("smtp://mail.internal:2525/", "smtp", "mail.internal", 2525),
    ],
)
def test_a_socket_is_on_this_machine_unless_it_says_otherwise(text, protocol, host, port):
    address = listen_address(text)
    assert (address.protocol, address.host, address.port) == (protocol, host, port)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("imaps://anna@mail.example.com/INBOX", ("anna", "mail.example.com", 993, "INBOX", "tls")),
        ("imaps://anna@example.com@mail.example.com", ("anna@example.com", "mail.example.com", 993, "INBOX", "tls")),
        ("imaps://a%2Fb@h:1993/Kunden/Neue%20Mail", ("a/b", "h", 1993, "Kunden/Neue Mail", "tls")),
        ("imap://anna@mail.example.com/Support", ("anna", "mail.example.com", 143, "Support", "starttls")),
        ("imap://anna@127.0.0.1/INBOX", ("anna", "127.0.0.1", 143, "INBOX", "none")),
        ("imap://anna@localhost/INBOX", ("anna", "localhost", 143, "INBOX", "none")),
        ("imap://anna@localhost.evil.example/INBOX", ("anna", "localhost.evil.example", 143, "INBOX", "starttls")),
    ],
)
def test_a_password_leaves_this_machine_encrypted_alone(text, expected):
    address = mailbox_address(text)
    assert (address.user, address.host, address.port, address.folder, address.security) == expected


def test_another_folder_or_user_is_another_mailbox():
    texts = ["imaps://a@h/INBOX", "imaps://b@h/INBOX", "imaps://a@h/Other", "imaps://a@h:1/INBOX", "imaps://a@i/INBOX"]
    assert len({mailbox_address(text).text for text in texts}) == len(texts)


@pytest.mark.parametrize(
    ("address", "taken"),
    [
        ("help@example.com", True),
        ("Help+token@EXAMPLE.com", True),
        ("anybody@support.example.com", True),
        ("anna@bücher.example", True),
        ("anna@xn--bcher-kva.example", True),
        ("anna@groß.example", True),
        ("anna@xn--gro-7ka.example", True),
        ("anna@gross.example", False),
        ("helper@example.com", False),
        ("help@support.example.com.evil.example", False),
        ("help@evil.example", False),
        ("@support.example.com", False),
        ("support.example.com", False),
        ("", False),
    ],
)
def test_mail_is_taken_for_who_is_named_and_for_nobody_else(address, taken):
    wanted = recipients_of("help@example.com, @support.example.com\n@bücher.example @groß.example")
    assert wanted.include(address) is taken


@given(st.text())
def test_no_address_is_so_strange_that_it_cannot_be_refused(text):
    assert not recipients_of("help@example.com").include(text.replace("example", ""))


@given(st.text(), st.text(), st.text())
def test_no_setting_is_so_strange_that_it_cannot_be_refused(listen, recipients, imap):
    try:
        check_addresses(listen=listen, recipients=recipients, imap=imap)
    except ValueError as error:
        assert str(error)
