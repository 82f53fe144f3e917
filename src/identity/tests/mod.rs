mod email;
mod reset;
mod security;
mod sessions;
mod sign_in;
mod sign_up;
