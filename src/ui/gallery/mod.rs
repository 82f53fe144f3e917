//! A page that shows the whole design system.
