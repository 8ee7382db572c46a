/* The compiled part of mdc-bridge: two functions that do what the Python beside their calls does,
   with the same bytes, in less time. What each promises is written in mdc_core/compiled.py. */

#include "mdc_fast.h"

/* Changes with what the functions take and return; the Python side uses no other. */
#define INTERFACE 1

void *allocate(Py_ssize_t count, size_t each)
{
    void *found = NULL;
    if (count >= 0 && (size_t)count < PY_SSIZE_T_MAX / each)
        found = PyMem_Malloc(((size_t)count + 1) * each);
    if (found == NULL && !PyErr_Occurred())
        PyErr_NoMemory();
    return found;
}

int take_text(PyObject *bytes, Text *text)
{
    char *start = NULL;
    if (PyBytes_AsStringAndSize(bytes, &start, &text->size) < 0)
        return -1;
    text->start = start;
    return 0;
}

/* Takes lists and tuples alone, which hold their items. */
int take_texts(PyObject *sequence_of_bytes, Texts *texts)
{
    int is_held = PyList_Check(sequence_of_bytes) || PyTuple_Check(sequence_of_bytes);
    Py_ssize_t at, count = is_held ? PySequence_Size(sequence_of_bytes) : -1;
    if ((!is_held && refuse("texts are in neither a list nor a tuple") < 0) ||
        (texts->items = allocate(count, sizeof(Text))) == NULL)
        return -1;
    texts->count = count;
    for (at = 0; at < count; at++) {
        PyObject *item = PySequence_GetItem(sequence_of_bytes, at);
        int taken = item == NULL ? -1 : take_text(item, &texts->items[at]);
        Py_XDECREF(item);
        if (taken < 0)
            return -1;
    }
    return 0;
}

int take_numbers(PyObject *sequence_of_int, Numbers *numbers)
{
    Py_ssize_t at, count = PySequence_Size(sequence_of_int);
    if ((numbers->items = allocate(count, sizeof(Py_ssize_t))) == NULL)
        return -1;
    numbers->count = count;
    for (at = 0; at < count; at++) {
        PyObject *item = PySequence_GetItem(sequence_of_int, at);
        numbers->items[at] = item == NULL ? -1 : PyLong_AsSsize_t(item);
        Py_XDECREF(item);
        if (numbers->items[at] < 0)
            return PyErr_Occurred() ? -1 : refuse("a number below 0");
    }
    return 0;
}

void set_item(PyObject **list, Py_ssize_t at, PyObject *item)
{
    if (item == NULL)
        Py_CLEAR(*list);
    else
        PyList_SetItem(*list, at, item);
}

int refuse(const char *reason)
{
    PyErr_SetString(PyExc_ValueError, reason);
    return -1;
}

static int add_constants(PyObject *module)
{
    return PyModule_AddIntConstant(module, "INTERFACE", INTERFACE);
}

static PyMethodDef methods[] = {
    {"weave", weave, METH_VARARGS, NULL},
    {"read_rows", read_rows, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_exec, (void *)add_constants},
    {0, NULL},
};

static PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "mdc_fast",
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC PyInit_mdc_fast(void)
{
    return PyModuleDef_Init(&definition);
}
