error-collided = This was being changed at the same time. Please try again in a moment.
error-confirm-yourself = Enter your password to continue.
error-internal = Something went wrong on our side. If it happens again, tell us this code: { $code }
error-locked = This is being changed right now. Please try again in a moment.
error-malformed = We couldn't read that request. Go back and try again.
error-minutes = { $minutes } minutes
error-no-access = You don't have access to this.
error-not-found = We couldn't find what you were looking for.
error-seconds = { $seconds ->
    [one] a second
   *[other] { $seconds } seconds
}
error-sign-in = Sign in to continue.
error-to-correct = Some of the details need to be corrected.
error-too-large = That is too large. Send less at once.
error-too-many = Too many attempts. Please wait { $wait } and try again.
error-unavailable = This is not available right now. Please try again in a moment.
