//! Dissatisfaction: does this customer have a complaint, whatever the words?
