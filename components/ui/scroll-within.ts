/**
 * Scrolls an element to the top (or the middle) of the nearest box that scrolls it, and moves nothing else. `scrollIntoView`
 * scrolls every ancestor, the page included.
 */
export function scrollWithin(element: HTMLElement, block: 'start' | 'center' = 'start'): void {
  const scroller = scrollerOf(element);
  if (!scroller) return;
  const offset = element.getBoundingClientRect().top - scroller.getBoundingClientRect().top - scroller.clientTop;
  const spare = block === 'center' ? (scroller.clientHeight - element.offsetHeight) / 2 : scrollMargin(element);
  scroller.scrollTop += offset - Math.max(0, spare);
}

function scrollerOf(element: HTMLElement): HTMLElement | null {
  for (let box = element.parentElement; box; box = box.parentElement) {
    if (/auto|scroll/.test(getComputedStyle(box).overflowY) && box.scrollHeight > box.clientHeight) return box;
  }
  return null;
}

const scrollMargin = (element: HTMLElement): number =>
  Number.parseFloat(getComputedStyle(element).scrollMarginTop) || 0;
