//! The provider's phone app.
