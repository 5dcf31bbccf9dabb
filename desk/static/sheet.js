// Hands the ticket over at once. Without scripts the button does.
document.getElementById("ticket").submit();
