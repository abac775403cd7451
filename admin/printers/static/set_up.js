/* Whoever comes here without a printer wants one found: the search begins by itself, once. */

const search = document.querySelector("form[data-at-once]");
if (search) search.requestSubmit();
