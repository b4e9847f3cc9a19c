//! The integration tests: one binary, one module a behaviour.

mod fakes;
mod web_api;
mod web_browser;
mod web_http;
