// The colours of the picture, read from the style sheet, so that they follow light and dark.
import { find } from "./elements.js";

export const FAMILY_OF = {
  Person: "person", Group: "group", State: "state", Government: "state",
  Organisation: "organisation", InternationalOrganisation: "organisation",
  Alliance: "organisation", PoliticalParty: "party", ArmedGroup: "armed", Military: "armed",
  Company: "business", Media: "business",
};

export const COMMUNITIES = 10; // the largest ones have colours of their own

const known = new Map();

export const forgetColours = () => known.clear();

// "#rrggbb" of a custom property, as it is now.
export function colour(name) {
  if (!known.has(name)) {
    const probe = find("probe");
    probe.style.color = `var(--${name})`;
    const parts = getComputedStyle(probe).color.match(/[\d.]+/g) || ["0", "0", "0"];
    const hex = parts.slice(0, 3).map((part) => Math.round(Number(part)).toString(16).padStart(2, "0"));
    known.set(name, `#${hex.join("")}`);
  }
  return known.get(name);
}

// A colour that is nearly the paper's: for what is there and not meant.
export function faded(name, share) {
  const key = `${name} ${share}`;
  if (!known.has(key)) {
    const [a, b] = [colour(name), colour("paper")].map((hex) =>
      [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16)));
    const mixed = a.map((part, at) => Math.round(part * (1 - share) + b[at] * share));
    known.set(key, `#${mixed.map((part) => part.toString(16).padStart(2, "0")).join("")}`);
  }
  return known.get(key);
}

export const communityColour = (community) =>
  (community < COMMUNITIES ? `community-${community}` : "community-other");
