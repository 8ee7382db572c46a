/* Cells that are JSON already, woven into the rows of tables. */

#include "mdc_fast.h"

/* A column's cells, each some steps behind the one before: its block's stand row by row. */
typedef struct {
    const Text *cells;
    Py_ssize_t step;
} Column;

typedef struct {
    Text opening, between, closing; /* of a table, and between its rows */
    Texts before;                   /* of a row: what stands in front of each cell */
    Text end;                       /* of a row */
    Column *columns;
} Form;

/* Take the cells of a block, a list or the text of a JSON array of numbers. */
static int take_cells(PyObject *block, Py_ssize_t count, Texts *cells)
{
    Py_ssize_t at;
    Text array;
    const char *start, *stop;
    if (PyList_Check(block)) {
        if (take_texts(block, cells) < 0)
            return -1;
        return cells->count == count ? 0 : refuse("not as many cells as rows and columns");
    }
    if (take_text(block, &array) < 0 || (array.size < 2 && refuse("not a JSON array") < 0) ||
        (cells->items = allocate(count, sizeof(Text))) == NULL)
        return -1;
    start = array.start + 1;
    stop = array.start + array.size - 1;
    for (at = 0; at < count && start < stop; at++) {
        const char *comma = memchr(start, ',', (size_t)(stop - start));
        cells->items[at] = (Text){start, (comma == NULL ? stop : comma) - start};
        start += cells->items[at].size + 1;
    }
    return at == count && start >= stop ? 0 : refuse("not as many cells as rows and columns");
}

/* Read a block, a pair of its cells and the places of its columns in a row. */
static int read_block(PyObject *pair, Py_ssize_t rows, Form *form, Texts *cells)
{
    PyObject *block, *sequence;
    Numbers places = {0};
    Py_ssize_t at, count = 0;
    int done = PyTuple_Check(pair) ? -1 : refuse("a block is not a pair");
    if (PyTuple_Check(pair) && PyArg_ParseTuple(pair, "OO", &block, &sequence) &&
        take_numbers(sequence, &places) == 0 && add_size(&count, rows, places.count) == 0)
        done = take_cells(block, count, cells);
    for (at = 0; done == 0 && at < places.count; at++)
        if (places.items[at] < form->before.count)
            form->columns[places.items[at]] = (Column){cells->items + at, places.count};
        else
            done = refuse("a place without a column");
    PyMem_Free(places.items);
    return done;
}

/* Return the table of some rows: measure it, allocate it, put it. */
static PyObject *table_of(const Form *form, Py_ssize_t first, Py_ssize_t count)
{
    Py_ssize_t row, at, size = form->opening.size;
    PyObject *table;
    char *out;
    if (add_size(&size, 1, form->closing.size) < 0 || add_size(&size, count, form->end.size) < 0 ||
        add_size(&size, count ? count - 1 : 0, form->between.size) < 0)
        return NULL;
    for (at = 0; at < form->before.count; at++) {
        Column column = form->columns[at];
        if (add_size(&size, count, form->before.items[at].size) < 0 ||
            (column.cells == NULL && refuse("a column without cells") < 0))
            return NULL;
        for (row = first; row < first + count; row++)
            if (add_size(&size, 1, column.cells[row * column.step].size) < 0)
                return NULL;
    }
    table = PyBytes_FromStringAndSize(NULL, size);
    if (table == NULL)
        return NULL;
    out = put(PyBytes_AsString(table), form->opening);
    for (row = first; row < first + count; row++) {
        if (row > first)
            out = put(out, form->between);
        for (at = 0; at < form->before.count; at++) {
            Column column = form->columns[at];
            out = put(put(out, form->before.items[at]), column.cells[row * column.step]);
        }
        out = put(out, form->end);
    }
    put(out, form->closing);
    return table;
}

PyObject *weave(PyObject *Py_UNUSED(module), PyObject *arguments)
{
    PyObject *before, *pairs, *row_counts, *result = NULL;
    Form form = {0};
    Texts *blocks = NULL;
    Numbers counts = {0};
    Py_ssize_t at, rows = 0, block_count = 0;

    if (!PyArg_ParseTuple(arguments, "(y#y#y#)Oy#O!O", &form.opening.start, &form.opening.size,
                          &form.between.start, &form.between.size, &form.closing.start,
                          &form.closing.size, &before, &form.end.start, &form.end.size,
                          &PyList_Type, &pairs, &row_counts) ||
        take_texts(before, &form.before) < 0 || take_numbers(row_counts, &counts) < 0)
        goto done;
    blocks = allocate(PyList_Size(pairs), sizeof(Texts));
    form.columns = allocate(form.before.count, sizeof(Column));
    if (blocks == NULL || form.columns == NULL)
        goto done;
    block_count = PyList_Size(pairs);
    memset(blocks, 0, (size_t)block_count * sizeof(Texts));
    memset(form.columns, 0, (size_t)form.before.count * sizeof(Column));
    for (at = 0; at < counts.count; at++)
        if (add_size(&rows, 1, counts.items[at]) < 0)
            goto done;
    for (at = 0; at < block_count; at++)
        if (read_block(PyList_GetItem(pairs, at), rows, &form, &blocks[at]) < 0)
            goto done;
    result = PyList_New(counts.count);
    for (at = 0, rows = 0; result != NULL && at < counts.count; rows += counts.items[at++])
        set_item(&result, at, table_of(&form, rows, counts.items[at]));
done:
    for (at = 0; at < block_count; at++)
        PyMem_Free(blocks[at].items);
    PyMem_Free(blocks);
    PyMem_Free(form.before.items);
    PyMem_Free(form.columns);
    PyMem_Free(counts.items);
    return result;
}
