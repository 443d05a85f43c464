// What has been written so far: one state after another, back and forth.

/** States with undo and redo. A state is never changed: a change brings a new one. */
export class Book {
  constructor(first, { most = 200 } = {}) {
    this.now = first;
    this.most = most;
    this.past = [];
    this.future = [];
    this.readers = new Set();
  }

  /** Take a new state; what had been undone is gone. */
  write(next) {
    if (next === this.now) return;
    this.past.push(this.now);
    if (this.past.length > this.most) this.past.shift();
    this.future = [];
    this.#turn(next);
  }

  undo() {
    if (!this.past.length) return false;
    this.future.push(this.now);
    this.#turn(this.past.pop());
    return true;
  }

  redo() {
    if (!this.future.length) return false;
    this.past.push(this.now);
    this.#turn(this.future.pop());
    return true;
  }

  /** Call a reader with every new state. */
  read(reader) {
    this.readers.add(reader);
  }

  #turn(next) {
    this.now = next;
    for (const reader of this.readers) reader(next);
  }
}
