ui-actions = Actions
ui-ago = { $span } ago
ui-clear = Clear
ui-close = Close
ui-copy-link = Copy link
ui-days = { $days ->
    [one] 1 day
   *[other] { $days } days
}
ui-dismiss = Dismiss
ui-excellent = Excellent
ui-fair = Fair
ui-filter = Filter
ui-filters = Filters
ui-good = Good
ui-hours = { $hours } h
ui-in = in { $span }
ui-just-now = just now
ui-last-updated-at = Last updated at{" "}
ui-main = Main
ui-menu = Menu
ui-minutes = { $minutes } min
ui-needs-attention = Needs attention
ui-next = Next
ui-of = { $first }–{ $last } of { $total }
ui-openstreetmap-contributors = © OpenStreetMap contributors
ui-optional = optional
ui-out-of-5-stars = { $stars } out of 5 stars
ui-pages = Pages
ui-places-geonames = Places: GeoNames
ui-please-check-what-you-entered = Please check what you entered
ui-poor = Poor
ui-previous = Previous
ui-rated-out-of-5-by = { $customers ->
    [one] Rated { $average } out of 5 by 1 customer
   *[other] Rated { $average } out of 5 by { $customers } customers
}
ui-reload = Reload
ui-search = Search
ui-set = {" "}set
ui-show-the-figures = Show the figures
ui-site = Site
ui-skip-to-content = Skip to content
ui-stars = { $stars ->
    [one] 1 star: { $meaning }
   *[other] { $stars } stars: { $meaning }
}
ui-unsaved-changes = Unsaved changes
ui-very-good = Very good
ui-waiting = {" "}waiting
