"use strict";
{
  const root = document.documentElement;
  const get = (id) => document.getElementById(id);
  const body = document.querySelector("tbody");
  const rows = body ? [...body.rows] : [];
  const heads = [...document.querySelectorAll("thead th")];
  const fold = (text) => text.normalize("NFKC").toLowerCase();
  const texts = rows.map((row) => fold(row.dataset.search));
  const value = (control) => (control ? control.value : "");

  const speak = (lang) => {
    root.lang = lang;
    for (const option of document.querySelectorAll("option")) option.textContent = option.dataset[lang];
  };

  const filter = () => {
    const words = fold(value(get("search"))).split(/\s+/).filter(Boolean);
    const province = value(get("province"));
    const status = value(get("status"));
    const source = value(get("source"));
    let shown = 0;
    rows.forEach((row, n) => {
      const fits =
        (!source || row.dataset.source === source) &&
        (!province || row.dataset.province === province) &&
        (!status || row.dataset.status === status) &&
        words.every((word) => texts[n].includes(word));
      row.hidden = !fits;
      shown += fits;
    });
    get("number").textContent = shown;
    get("none").hidden = shown > 0;
  };

  const choose = () => { // a notebook: its runs, and the columns that say something of them
    const source = value(get("source"));
    const own = rows.filter((row) => !source || row.dataset.source === source);
    const differs = (n) => { // between runs, and most of them have it
      const values = own.map((row) => row.cells[n + 1].dataset.value);
      return new Set(values).size > 1 && values.filter(Boolean).length * 2 > values.length;
    };
    heads.forEach((head, n) => {
      const ours = n < 3 || n === heads.length - 1; // run, status, place; seconds
      const fits = ours || (head.dataset.source ? head.dataset.source === source : differs(n));
      head.hidden = !fits;
      for (const row of rows) row.cells[n + 1].hidden = !fits;
      get("sort").options[n].hidden = !fits;
    });
    filter();
  };

  const sort = (column, down) => {
    const number = heads[column].className === "number";
    const keys = new Map(rows.map((row) => [row, row.cells[column + 1].dataset.value]));
    const order = (a, b) => (number ? a - b : a.localeCompare(b, "zh", { numeric: true })) * (down ? -1 : 1);
    const known = rows.filter((row) => keys.get(row) !== "");
    known.sort((a, b) => order(keys.get(a), keys.get(b)));
    body.append(...known, ...rows.filter((row) => keys.get(row) === "")); // what is missing comes last
    heads.forEach((head, n) => {
      if (n === column) head.setAttribute("aria-sort", down ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    });
  };

  get("language").addEventListener("click", () => speak(root.lang === "zh" ? "en" : "zh"));
  if (body) {
    get("search").addEventListener("input", filter);
    get("source")?.addEventListener("change", choose);
    for (const id of ["province", "status"]) get(id)?.addEventListener("change", filter);
    get("sort").addEventListener("change", () => sort(Number(value(get("sort"))), false));
    heads.forEach((head, n) =>
      head.querySelector("button").addEventListener("click", () =>
        sort(n, head.getAttribute("aria-sort") === "ascending"),
      ),
    );
  }
  speak(root.lang);
  root.classList.add("live");
  document.fonts.ready.then(() => root.classList.add("set")); // words that were laid out before the font came are anew
  if (body) (get("source") ? choose : filter)(); // a browser may have kept what was typed before
}
