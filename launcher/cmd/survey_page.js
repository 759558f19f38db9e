// SPDX-License-Identifier: GPL-2.0-or-later
/* Filters the survey's page. The page shows everything without it. */
"use strict";
(() => {
	const functions = [...document.querySelectorAll(".fn")];
	const boxes = [...document.querySelectorAll(".node, .group, .bus")].reverse();
	const verdicts = [...document.querySelectorAll(".verdicts button")];
	const text = document.getElementById("text");
	const kind = document.getElementById("kind");
	const all = document.getElementById("all");
	const words = new Map(functions.map((fn) => [fn, fn.textContent.toLowerCase()]));

	function filter() {
		const wanted = text.value.toLowerCase().split(/\s+/);
		const off = verdicts.filter((b) => b.getAttribute("aria-pressed") === "false")
			.map((b) => b.dataset.verdict);
		let shown = 0, total = 0;

		for (const fn of functions) {
			const bridge = fn.dataset.verdict === "bridge";
			const fits = (!kind.value || fn.dataset.kind === kind.value) &&
				!off.includes(fn.dataset.verdict) && !(bridge && off.length) &&
				wanted.every((word) => words.get(fn).includes(word));

			fn.hidden = !fits;
			total += !bridge;
			shown += fits && !bridge;
		}
		/* From the inside out: a box goes with its last function, a bridge stays above one. */
		for (const box of boxes) {
			const own = box.querySelector(":scope > .fn");
			const below = box.querySelector(":scope > .below > :not([hidden])");

			if (own && below)
				own.hidden = false;
			box.hidden = !below && (!own || own.hidden);
		}
		document.getElementById("count").textContent = shown + " of " + total + " functions";
	}

	function open_target() {
		const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));

		if (target && target.matches(".fn"))
			target.open = true;
	}

	for (const button of verdicts) {
		button.disabled = false;
		button.setAttribute("aria-pressed", "true");
		button.addEventListener("click", () => {
			const on = button.getAttribute("aria-pressed") === "true";

			button.setAttribute("aria-pressed", String(!on));
			filter();
		});
	}
	for (const name of [...new Set(functions.map((fn) => fn.dataset.kind))].sort())
		kind.add(new Option(name));
	all.addEventListener("click", () => {
		const open = all.textContent === "Open all";

		for (const fn of functions)
			fn.open = open;
		all.textContent = open ? "Close all" : "Open all";
	});
	text.addEventListener("input", filter);
	kind.addEventListener("change", filter);
	addEventListener("hashchange", open_target);
	addEventListener("beforeprint", () => {
		for (const details of document.querySelectorAll("details"))
			details.open = true;
	});
	document.querySelector(".search").hidden = false;
	filter();
	open_target();
})();
