/* What the files of the module share: texts, which are bytes that something else owns. */

#ifndef MDC_FAST_H
#define MDC_FAST_H

#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x03070000
#include <Python.h>
#include <stddef.h>
#include <string.h>

typedef struct {
    const char *start;
    Py_ssize_t size;
} Text;

typedef struct {
    Text *items;
    Py_ssize_t count;
} Texts;

typedef struct {
    Py_ssize_t *items;
    Py_ssize_t count;
} Numbers;

static inline int is_same(Text one, Text other)
{
    return one.size == other.size && memcmp(one.start, other.start, (size_t)one.size) == 0;
}

/* Put a text, and return where the next one goes. Most are short: two copies of fixed sizes, which
   may overlap, save the call of `memcpy`. */
static inline char *put(char *out, Text text)
{
    size_t size = (size_t)text.size, at;
    if (size > 32) {
        memcpy(out, text.start, size);
    } else if (size >= 16) {
        memcpy(out, text.start, 16);
        memcpy(out + size - 16, text.start + size - 16, 16);
    } else if (size >= 8) {
        memcpy(out, text.start, 8);
        memcpy(out + size - 8, text.start + size - 8, 8);
    } else {
        for (at = 0; at < size; at++)
            out[at] = text.start[at];
    }
    return out + size;
}

/* Return memory for one item more than `count`, which is -1 behind an exception; NULL with one. */
void *allocate(Py_ssize_t count, size_t each);

/* These return 0, or -1 with an exception. What they allocate is the caller's to free. */
int take_text(PyObject *bytes, Text *text);
int take_texts(PyObject *sequence_of_bytes, Texts *texts);
int take_numbers(PyObject *sequence_of_int, Numbers *numbers);
int refuse(const char *reason);
/* Set an item of a list, which takes it over; where it is NULL, the list becomes NULL. */
void set_item(PyObject **list, Py_ssize_t at, PyObject *item);

static inline int add_size(Py_ssize_t *size, Py_ssize_t count, Py_ssize_t each)
{
    if (count && each > (PY_SSIZE_T_MAX - *size) / count) {
        PyErr_NoMemory();
        return -1;
    }
    *size += count * each;
    return 0;
}

/* See mdc_core/compiled.py. */
PyObject *weave(PyObject *module, PyObject *arguments);
PyObject *read_rows(PyObject *module, PyObject *arguments);

#endif
