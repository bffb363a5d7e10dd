/*  butler_refusals.c - who was turned away, counted by reason
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_refusals.h"

static const char *const s_reasons [BUTLER_REFUSALS] = {
    [BUTLER_REFUSAL_ADDRESS_DENIED] = "address denied",
    [BUTLER_REFUSAL_ADDRESS_NOT_ALLOWED] = "address not allowed",
    [BUTLER_REFUSAL_MECHANISM] = "wrong mechanism",
    [BUTLER_REFUSAL_CREDENTIALS] = "malformed credentials",
    [BUTLER_REFUSAL_KEY] = "unknown key",
    [BUTLER_REFUSAL_USER] = "unknown user",
    [BUTLER_REFUSAL_PASSWORD] = "wrong password"
};

//  A text in which a byte 0 is none
static void
s_put (char text [64], butler_span_t value)
{
    static const char more [] = "...";
    const size_t most = 63, cut = most - (sizeof more - 1);
    const size_t size = value.size > most? cut: value.size;
    for (size_t index = 0; index < size; index++)
        text [index] = value.data [index]? (char) value.data [index]: '?';
    text [size] = 0;
    if (value.size > most)
        memcpy (text + cut, more, sizeof more);
}

bool
butler_refusals_add (butler_refusals_t *self, butler_reason_t reason, butler_span_t address, butler_span_t who)
{
    butler_gate_refusal_t *refusal = &self->refusal [reason];
    refusal->reason = s_reasons [reason];
    refusal->count++;
    s_put (refusal->address, address);
    s_put (refusal->who, who);
    const bool tells = !self->rung;
    self->rung = true;
    return tells;
}

bool
butler_refusals_take (butler_refusals_t *self, butler_gate_refusal_t *refusal)
{
    self->rung = false;
    for (size_t reason = 0; reason < BUTLER_REFUSALS; reason++)
        if (self->refusal [reason].count) {
            *refusal = self->refusal [reason];
            self->refusal [reason].count = 0;
            return true;
        }
    return false;
}
