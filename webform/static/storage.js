// Copies of forms in the browser's storage: the fields that no draft holds yet, one copy a form, named STORE + key.

export function put(name, copy) {
  try {
    localStorage.setItem(name, JSON.stringify(copy));
    return true;
  } catch (error) {
    return false;
  }
}

export function read(name) {
  try {
    const copy = JSON.parse(localStorage.getItem(name));
    return copy && Array.isArray(copy.fields) && Array.isArray(copy.boxes) ? copy : null;
  } catch (error) {
    return null;
  }
}

export function forget(name) {
  try {
    localStorage.removeItem(name);
  } catch (error) {
    // A browser without storage has nothing to forget.
  }
}

// All copies with names that begin so: [{name, copy}], copy null where it cannot be read.
export function all(prefix) {
  let names = [];
  try {
    names = Object.keys(localStorage);
  } catch (error) {
    return [];
  }
  return names.filter((name) => name.startsWith(prefix)).map((name) => ({ name, copy: read(name) }));
}
