catalog-cancelling-is-free = Cancelling is free.
catalog-cancelling-until-costs = { $until }: { $costs }.
catalog-choose-a-time-this-is-booked = Choose a time. This is booked at least { $notice } before.
catalog-days = { $days ->
    [one] 1 day
   *[other] { $days } days
}
catalog-free = free
catalog-hours = { $hours ->
    [one] 1 hour
   *[other] { $hours } hours
}
catalog-later-the-whole-price-is-due = Later: the whole price is due.
catalog-of-the-price-is-due = { $part } of the price is due
catalog-someone-else-changed-this-service-open = Someone else changed this service. Open it again.
catalog-that-is-too-far-ahead-you = That is too far ahead. You can book up to { $days } days in advance.
catalog-that-is-too-few-the-least = That is too few. The least is { $least }.
catalog-that-is-too-long-the-most = That is too long. The most is { $most }.
catalog-that-is-too-many-the-most = That is too many. The most is { $most }.
catalog-that-is-too-short-the-least = That is too short. The least is { $least }.
catalog-that-is-too-soon-this-is = That is too soon. This is booked at least { $notice } before.
catalog-the-whole-price-is-due = the whole price is due
catalog-this-price-applies-already-set-another = This price applies already. Set another one instead.
catalog-until-it-begins = Until it begins
catalog-up-to-before = Up to { $time } before
