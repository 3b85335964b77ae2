// Numbers for people, and small pieces of the document.

function count(number) { return number.toLocaleString("en-US"); }

function plural(number, noun) { return `${count(number)} ${noun}${number === 1 ? "" : "s"}`; }

function bytes(number) {
    for (const [unit, size] of [["GB", 1e9], ["MB", 1e6], ["kB", 1e3]]) {
        if (number >= size) return `${(number / size).toFixed(number < 10 * size ? 1 : 0)} ${unit}`;
    }
    return `${number} B`;
}

function multiplyAdds(number) {
    for (const [unit, size] of [["G", 1e9], ["M", 1e6], ["k", 1e3]]) {
        if (number >= size) return `${(number / size).toFixed(number < 10 * size ? 2 : 1)} ${unit}MAC`;
    }
    return `${number} MAC`;
}

function milliseconds(number) {
    return number >= 1000 ? `${(number / 1000).toFixed(2)} s` : `${number.toFixed(number < 10 ? 2 : 0)} ms`;
}

function percent(part) {
    if (part === 0) return "0 %";
    return part < 0.001 ? "< 0.1 %" : `${(100 * part).toFixed(part < 0.1 ? 1 : 0)} %`;
}

/** A number with as many digits as tell it from others like it. */
function significant(number) {
    if (number === null) return "none";
    return Number.isInteger(number) && Math.abs(number) < 1e6 ? String(number) : Number(number).toPrecision(4);
}

/** What boxes can be coloured by. */
const MEASURES = {
    multiplyAdds: { label: "multiply-adds", text: multiplyAdds },
    time: { label: "measured time", text: milliseconds },
    weightBytes: { label: "weights", text: bytes },
    resultBytes: { label: "results", text: bytes },
};

/** An element with attributes; functions listen, everything else is set. Children are elements or texts. */
function element(name, attributes = {}, ...children) {
    const result = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
        if (typeof value === "function") result.addEventListener(key, value);
        else if (value !== null && value !== false) result.setAttribute(key, value === true ? "" : value);
    }
    result.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
    return result;
}
