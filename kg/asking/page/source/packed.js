// The data as it lies in the page; boot.js fills it in before anything else looks at it.
export let packed = null;

export function fill(data) {
  packed = data;
}
