ui-just-now = just now
ui-ago = { $span } ago
ui-in = in { $span }
ui-minutes = { $minutes } min
ui-hours = { $hours } h
ui-days = { $days ->
    [one] 1 day
   *[other] { $days } days
}
