/* Regular CSV rows, all with correlation cells, as JSON objects. */

#include "mdc_fast.h"

/* Of numbers that are surely within the range of a double, and of integers of surely 64 bits. */
enum { LONGEST_NUMBER = 200, LONGEST_EXPONENT = 2, LONGEST_INTEGER = 18, UUID = 36 };
/* The correlation cells, in the order of `HEADERS`. */
enum { ID, TIME, BOUNDARY, VERSION = 6, REQUEST, TAIL };

typedef struct {
    Texts before; /* what stands in an object in front of each cell */
    Text end;
    Text kinds; /* of each cell: `i`nteger, `n`umber, `b`oolean, `s`tring */
    Texts nulls;
    Texts boundaries;
} Form;

typedef struct {
    Text id, time, request, version;
} Row;

/* A chunk ends in a line feed. It ends all that is read here, so that nothing behind it is. */

static int is_digit(char each)
{
    return each >= '0' && each <= '9';
}

static const char *after_digits(const char *at)
{
    while (is_digit(*at))
        at++;
    return at;
}

/* Return the end of a number of JSON, NULL where none stands, or one that is too long. */
static const char *after_number(const char *start, int is_integer)
{
    const char *digits = start + (*start == '-');
    const char *at = *digits == '0' ? digits + 1 : after_digits(digits);
    if (at == digits || at - start > (is_integer ? LONGEST_INTEGER : LONGEST_NUMBER))
        return NULL;
    if (is_integer)
        return at;
    if (*at == '.') {
        digits = at + 1;
        at = after_digits(digits);
        if (at == digits)
            return NULL;
    }
    if (*at == 'e' || *at == 'E') {
        digits = at + 1 + (at[1] == '+' || at[1] == '-');
        at = after_digits(digits);
        if (at == digits || at - digits > LONGEST_EXPONENT)
            return NULL;
    }
    return at;
}

/* Return whether bytes are UTF-8, as Python's decoder has it. */
static int is_utf8(Text text)
{
    const unsigned char *at = (const unsigned char *)text.start, *stop = at + text.size;
    while (at < stop) {
        unsigned char first = *at++;
        int more = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : 1;
        if (first < 0x80)
            continue;
        if (first < 0xC2 || first > 0xF4 || stop - at < more)
            return 0;
        /* Overlong ones, surrogates, and what is beyond Unicode. */
        if ((first == 0xE0 && *at < 0xA0) || (first == 0xF0 && *at < 0x90) ||
            (first == 0xED && *at > 0x9F) || (first == 0xF4 && *at > 0x8F))
            return 0;
        while (more--)
            if ((*at++ & 0xC0) != 0x80)
                return 0;
    }
    return 1;
}

/* Read a text up to a comma or line end. Return whether it can stand in a JSON string as it is. */
static int read_text(const char *start, Text *text)
{
    const char *at = start;
    unsigned char all = 0;
    while (*at != ',' && (unsigned char)*at >= ' ') {
        if (*at == '"' || *at == '\\')
            return 0;
        all |= (unsigned char)*at++;
    }
    text->start = start;
    text->size = at - start;
    return (*at == ',' || *at == '\n' || *at == '\r') && (all < 0x80 || is_utf8(*text));
}

static int is_one_of(Text text, const Texts *texts)
{
    Py_ssize_t at;
    for (at = 0; at < texts->count; at++)
        if (is_same(text, texts->items[at]))
            return 1;
    return 0;
}

/* Put a cell as JSON. Return the end of the cell, NULL where Python has to look at it. */
static const char *put_cell(const Form *form, char kind, const char *start, char **out)
{
    static const Text quote = {"\"", 1}, null = {"null", 4};
    static const Text booleans[] = {{"True", 4}, {"true", 4}, {"False", 5}, {"false", 5}};
    Text text;
    int each;
    if (kind == 'i' || kind == 'n') {
        const char *stop = after_number(start, kind == 'i');
        if (stop != NULL) {
            *out = put(*out, (Text){start, stop - start});
            return stop;
        }
    }
    if (!read_text(start, &text))
        return NULL;
    if (kind == 's' && text.size) {
        *out = put(put(put(*out, quote), text), quote);
        return start + text.size;
    }
    if (text.size == 0 || is_one_of(text, &form->nulls)) {
        *out = put(*out, null);
        return start + text.size;
    }
    for (each = 0; kind == 'b' && each < 4; each++)
        if (is_same(text, booleans[each])) {
            *out = put(*out, booleans[each | 1]);
            return start + text.size;
        }
    return NULL;
}

static int ends_in_uuid(Text text)
{
    const char *uuid = text.start + text.size - UUID;
    int at, others = 0;
    if (text.size < UUID)
        return 0;
    for (at = 0; at < UUID; at++)
        others += !is_digit(uuid[at]) & !((uuid[at] | 32) >= 'a' && (uuid[at] | 32) <= 'f');
    return others == 4 && uuid[8] == '-' && uuid[13] == '-' && uuid[18] == '-' && uuid[23] == '-';
}

/* Read the correlation cells of a row. Return their end, NULL where Python has to look at them. */
static const char *read_tail(const Form *form, const char *at, Row *row)
{
    static const Text no_request = {"00000000-0000-0000-0000-000000000000", UUID};
    Text cells[TAIL];
    int each;
    for (each = 0; each < TAIL; each++) {
        if ((each && *at++ != ',') || !read_text(at, &cells[each]))
            return NULL;
        at += cells[each].size;
    }
    if (!ends_in_uuid(cells[ID]) || !is_one_of(cells[BOUNDARY], &form->boundaries) ||
        cells[VERSION].size == 0)
        return NULL;
    *row = (Row){cells[ID], cells[TIME], cells[REQUEST], cells[VERSION]};
    if (row->request.size == 0 || is_same(row->request, no_request))
        row->request = row->id;
    else if (row->request.size != UUID || !ends_in_uuid(row->request))
        return NULL;
    return at;
}

/* Put all rows as objects, each with a comma behind it, and note where they begin. Return the end
   of the last one, NULL where a row is of another form, or Python has to look at one. */
static char *put_rows(const Form *form, Text content, Row *row, Py_ssize_t *begin, char *out)
{
    const char *at = content.start, *stop = at + content.size, *start = out;
    const char *first_end = memchr(at, '\n', (size_t)content.size);
    int is_crlf = first_end > at && first_end[-1] == '\r';
    Text tail = {NULL, 0}; /* of the row before, mostly that of the same call */
    Py_ssize_t column;
    for (; at < stop; row++) {
        *begin++ = out - start;
        for (column = 0; column < form->before.count; column++) {
            out = put(out, form->before.items[column]);
            at = put_cell(form, form->kinds.start[column], at, &out);
            if (at == NULL || *at++ != ',')
                return NULL;
        }
        out = put(out, form->end);
        if (tail.size && stop - at > tail.size && is_same((Text){at, tail.size}, tail)) {
            *row = row[-1];
            at += tail.size;
        } else {
            tail.start = at;
            at = read_tail(form, at, row);
            tail.size = at == NULL ? 0 : at - tail.start;
        }
        if (at == NULL || (is_crlf && *at++ != '\r') || *at++ != '\n')
            return NULL;
        *out++ = ',';
    }
    *begin = out - start;
    return out - 1;
}

/* Return a list of one text of each row. Rows behind each other that have the same share it. */
static PyObject *list_of(const Row *rows, Py_ssize_t count, size_t offset)
{
    PyObject *list = PyList_New(count), *object = NULL;
    Text before = {NULL, -1};
    Py_ssize_t at;
    for (at = 0; list != NULL && at < count; at++) {
        Text text = *(const Text *)(const void *)((const char *)&rows[at] + offset);
        if (is_same(text, before))
            Py_INCREF(object);
        else
            object = PyBytes_FromStringAndSize(text.start, text.size);
        set_item(&list, at, object);
        before = text;
    }
    return list;
}

/* Set the numbers of rows, and of the bytes that is needed for them at most. */
static int measure(const Form *form, Text content, Py_ssize_t *count, Py_ssize_t *size)
{
    const char *at = content.start, *stop = at + content.size;
    Py_ssize_t column;
    for (*count = 0; at < stop; ++*count)
        at = (const char *)memchr(at, '\n', (size_t)(stop - at)) + 1;
    *size = content.size + (Py_ssize_t)sizeof(Py_ssize_t);
    for (column = 0; column < form->before.count; column++)
        /* An empty cell becomes `null`; a text gets quotes. */
        if (add_size(size, *count, form->before.items[column].size + 4) < 0)
            return -1;
    return add_size(size, *count, form->end.size + 1 + (Py_ssize_t)(sizeof(Row) + sizeof *size));
}

PyObject *read_rows(PyObject *Py_UNUSED(module), PyObject *arguments)
{
    PyObject *object, *before, *nulls, *boundaries, *result = NULL;
    Form form = {0};
    Text content;
    Row *rows = NULL;
    Py_ssize_t *begins;
    char *objects, *stop;
    Py_ssize_t count, size;

    if (!PyArg_ParseTuple(arguments, "OO!y#y#O!O!", &object, &PyTuple_Type, &before,
                          &form.end.start, &form.end.size, &form.kinds.start, &form.kinds.size,
                          &PyTuple_Type, &nulls, &PyTuple_Type, &boundaries) ||
        take_text(object, &content) < 0 || take_texts(before, &form.before) < 0 ||
        take_texts(nulls, &form.nulls) < 0 || take_texts(boundaries, &form.boundaries) < 0 ||
        (form.kinds.size != form.before.count && refuse("not as many kinds as cells") < 0))
        goto done;
    if (content.size && content.start[content.size - 1] == '\n') {
        if (measure(&form, content, &count, &size) < 0 || (rows = allocate(size, 1)) == NULL)
            goto done;
        begins = (Py_ssize_t *)(rows + count);
        objects = (char *)(begins + count + 1);
        Py_BEGIN_ALLOW_THREADS
        stop = put_rows(&form, content, rows, begins, objects);
        Py_END_ALLOW_THREADS
        if (stop != NULL) {
            /* `N` takes a reference over; one that is NULL makes the result NULL. */
            result = Py_BuildValue("y#y#NNNN", objects, stop - objects, begins,
                                   (count + 1) * (Py_ssize_t)sizeof *begins,
                                   list_of(rows, count, offsetof(Row, id)),
                                   list_of(rows, count, offsetof(Row, time)),
                                   list_of(rows, count, offsetof(Row, request)),
                                   list_of(rows, count, offsetof(Row, version)));
            goto done;
        }
    }
    Py_INCREF(Py_None);
    result = Py_None;
done:
    PyMem_Free(rows);
    PyMem_Free(form.before.items);
    PyMem_Free(form.nulls.items);
    PyMem_Free(form.boundaries.items);
    return result;
}
