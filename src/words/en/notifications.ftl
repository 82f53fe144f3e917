notifications-book-something-or-create-an-account = Book something or create an account, and its message appears here.
notifications-every-message-would-have-sent-this = Every message { $business } would have sent. This machine only stores them.
notifications-if-the-button-doesnt-work = If the button doesn't work, open this address:
notifications-mailbox = Mailbox
notifications-nothing-here-yet = Nothing here yet
notifications-open-the-link = Open the link
notifications-text-message = Text message
notifications-to = to{" "}
