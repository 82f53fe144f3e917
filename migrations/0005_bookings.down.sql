drop table staff_alerts, quote_lines, quotes, roadside_bookings, booking_events, bookings;
