error-a-later-cancellation-cant-get-a = A later cancellation can't get a larger refund.
error-choose-one-from-the-list = Choose one from the list.
error-choose-one-to-five-stars = Choose one to five stars
error-collided = This was being changed at the same time. Please try again in a moment.
error-confirm-yourself = Enter your password to continue.
error-enter-a-booking-reference = Enter a booking reference
error-enter-a-booking-reference-like = Enter a booking reference like RA-7K3M9Q
error-enter-a-percentage-with-three-decimals = Enter a percentage from 0 to 100, with three decimals at most, like 8.875
error-enter-a-percentage-with-two-decimals = Enter a percentage from 0 to 100, with two decimals at most
error-enter-a-phone-number = Enter a phone number
error-enter-a-phone-number-with-its = Enter a phone number with its area code, like (404) 555-0123 or +49 30 123456
error-enter-a-place-like = Enter a place like 33.749,-84.388
error-enter-a-whole-number-from-to = Enter a whole number from { $least } to { $most }.
error-enter-an-amount = Enter an amount
error-enter-an-amount-like = Enter an amount like 125 or 125.50
error-enter-an-amount-of-at-most = Enter an amount of at most 10,000,000
error-enter-an-amount-of-zero-or = Enter an amount of zero or more
error-enter-an-e-mail-address = Enter an e-mail address
error-enter-an-e-mail-address-like = Enter an e-mail address like name@example.com
error-enter-the-number-without-its-extension = Enter the number without its extension, and write the extension into the notes
error-fill-in-this-field = Fill in this field
error-internal = Something went wrong on our side. If it happens again, tell us this code: { $code }
error-locked = This is being changed right now. Please try again in a moment.
error-malformed = We couldn't read that request. Go back and try again.
error-minutes = { $minutes } minutes
error-no-access = You don't have access to this.
error-not-found = We couldn't find what you were looking for.
error-remove-the-invisible-characters = Remove the invisible characters
error-seconds = { $seconds ->
    [one] a second
   *[other] { $seconds } seconds
}
error-sign-in = Sign in to continue.
error-the-latitude-must-be-from-to = The latitude must be from -90 to 90
error-the-longitude-must-be-from-to = The longitude must be from -180 to 180
error-this-is-not-a-time-zone = This is not a time zone; use a name like America/New_York
error-to-correct = Some of the details need to be corrected.
error-too-large = That is too large. Send less at once.
error-too-many = Too many attempts. Please wait { $wait } and try again.
error-two-rules-are-for-the-same = Two rules are for the same time.
error-unavailable = This is not available right now. Please try again in a moment.
error-use-an-e-mail-address-of = Use an e-mail address of at most 254 characters
error-use-at-most-characters = Use at most { $max } characters
error-use-at-most-digits-after-the = Use at most { $digits ->
    [one] 1 digit
   *[other] { $digits } digits
} after the decimal point
