package api

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/http"

	"saldo/domain"
	"saldo/domain/words"
	"saldo/eventstore"
	"saldo/projections"
)

// ProblemCode is the stable name of what went wrong with a request. Texts may change; codes don't.
type ProblemCode string

// Codes of problems.
const (
	ProblemInvalidRequest ProblemCode = "invalid_request"
	ProblemInputRefused   ProblemCode = "input_refused"
	ProblemNoCredentials  ProblemCode = "credentials_missing"
	ProblemTokenMalformed ProblemCode = "token_malformed"
	ProblemInvalidToken   ProblemCode = "invalid_token"
	ProblemTokenExpired   ProblemCode = "token_expired"
	ProblemTokenRevoked   ProblemCode = "token_revoked"
	ProblemTokenRotated   ProblemCode = "token_rotated"
	ProblemScope          ProblemCode = "insufficient_scope"
	ProblemNotFound       ProblemCode = "not_found"
	ProblemMethod         ProblemCode = "method_not_allowed"
	ProblemMediaType      ProblemCode = "unsupported_media_type"
	ProblemTooLarge       ProblemCode = "body_too_large"
	ProblemKeyMissing     ProblemCode = "idempotency_key_missing"
	ProblemKeyReused      ProblemCode = "idempotency_key_reused"
	ProblemRevision       ProblemCode = "revision_mismatch"
	ProblemTooMany        ProblemCode = "too_many_requests"
	ProblemConflict       ProblemCode = "concurrent_change"
	ProblemBlocked        ProblemCode = "stream_blocked"
	ProblemOutcomeUnknown ProblemCode = "outcome_unknown"
	ProblemUnavailable    ProblemCode = "unavailable"
	ProblemModelsBehind   ProblemCode = "read_models_behind"
	ProblemInternal       ProblemCode = "internal_error"
	ProblemRefusedByRule  ProblemCode = "refused"
	problemTypePrefix                 = "/problems/"
	problemMediaType                  = "application/problem+json"
	statusClientClosed                = 499 // the caller went away: nobody reads the answer
	retryAfterUnavailable             = "2" // seconds
)

// problemKind is what is known of a code: its status, whether the same request may succeed later, and its title.
type problemKind struct {
	code      ProblemCode
	status    int
	retryable bool
	title     words.Localized
	cure      words.Localized
}

func problemKinds() []problemKind {
	t := func(id, en string) words.Localized { return words.Localized{ID: id, EN: en} }
	return []problemKind{
		{ProblemInvalidRequest, 400, false, t("Permintaan tidak terbaca", "The request can't be read"), t("Perbaiki yang disebut di errors, lalu kirim lagi.", "Mend what errors names, then send it again.")},
		{ProblemInputRefused, 400, false, t("Isi perintah salah", "The command's content is wrong"), t("Perbaiki semua yang disebut di errors; kuncinya belum terpakai.", "Mend everything that errors names; the key is not used up.")},
		{ProblemNoCredentials, 401, false, t("Token belum disertakan", "No token was sent"), t("Kirim Authorization: Bearer TOKEN.", "Send Authorization: Bearer TOKEN.")},
		{ProblemTokenMalformed, 401, false, t("Token salah salin atau terpotong", "The token is miscopied or cut off"), t("Salin token seutuhnya: saldo_…; jumlah periksanya tidak cocok.", "Copy the whole token, saldo_…: its checksum does not agree.")},
		{ProblemInvalidToken, 401, false, t("Token tidak berlaku", "The token is not valid"), t("Periksa token dan lingkungannya, atau minta yang baru.", "Check the token and where it is for, or ask for a new one.")},
		{ProblemTokenExpired, 401, false, t("Token kedaluwarsa", "The token has expired"), t("Minta token baru.", "Ask for a new token.")},
		{ProblemTokenRevoked, 401, false, t("Token dicabut", "The token was revoked"), t("Minta token baru.", "Ask for a new token.")},
		{ProblemTokenRotated, 401, false, t("Token sudah diganti", "The token was replaced"), t("Pakai token penggantinya.", "Use its successor.")},
		{ProblemScope, 403, false, t("Token ini tidak berhak", "The token lacks the right"), t("Minta token dengan hak yang disebut di scope.", "Ask for a token with the scope that is named.")},
		{ProblemNotFound, 404, false, t("Tidak ada di sini", "There is no such thing here"), t("Periksa alamat dan nomornya.", "Check address and number.")},
		{ProblemMethod, 405, false, t("Metode tidak dipakai di alamat ini", "The method is not used at this address"), t("Lihat Allow.", "See Allow.")},
		{ProblemMediaType, 415, false, t("Bentuk isi tidak dikenal", "The form of the content is not known"), t("Kirim Content-Type: application/json.", "Send Content-Type: application/json.")},
		{ProblemTooLarge, 413, false, t("Isi terlalu besar", "The content is too large"), t("Bagi menjadi beberapa permintaan.", "Split it into several requests.")},
		{ProblemKeyMissing, 400, false, t("Idempotency-Key belum disertakan", "No Idempotency-Key was sent"), t("Kirim kunci sendiri, 1 sampai 200 tanda, yang sama pada pengulangan.", "Send a key of your own, 1 to 200 characters, the same when you repeat.")},
		{ProblemKeyReused, 422, false, t("Kunci ini sudah dipakai untuk isi lain", "The key was used for other content"), t("Kunci baru untuk perintah baru; errors menyebut isian yang berbeda.", "A new key for a new command; errors names the fields that differ.")},
		{ProblemRevision, 412, false, t("Isinya sudah berubah sejak dibaca", "It has changed since it was read"), t("Baca lagi, lalu putuskan lagi.", "Read again and decide again.")},
		{ProblemTooMany, 429, true, t("Terlalu banyak permintaan", "Too many requests"), t("Tunggu selama Retry-After.", "Wait for as long as Retry-After says.")},
		{ProblemConflict, 409, true, t("Terlalu banyak perubahan bersamaan", "Too many changes at once"), t("Kirim yang sama lagi.", "Send the same again.")},
		{ProblemBlocked, 503, false, t("Aliran ini tidak dapat diputuskan di simpul ini", "Nothing can be decided on this stream by this node"), t("Operator perlu memeriksanya; tidak ada yang tercatat.", "An operator must look at it; nothing was recorded.")},
		{ProblemOutcomeUnknown, 503, true, t("Hasilnya belum diketahui", "The outcome is not known"), t("Kirim yang sama dengan kunci yang sama, atau tanya /v1/attempts/{key}.", "Send the same with the same key, or ask /v1/attempts/{key}.")},
		{ProblemUnavailable, 503, true, t("Layanan sedang tidak dapat menulis atau membaca", "The service can't write or read now"), t("Tidak ada yang tercatat; kirim lagi nanti.", "Nothing was recorded; send it again later.")},
		{ProblemModelsBehind, 503, true, t("Model baca belum sampai di situ", "The read models are not there yet"), t("Tunggu, atau tanpa min_position.", "Wait, or ask without min_position.")},
		{ProblemInternal, 500, true, t("Kesalahan di pihak kami", "A fault on our side"), t("Laporkan request_id ini.", "Report this request_id.")},
		{ProblemRefusedByRule, 422, false, t("Belum dapat diproses", "Can't be processed"), t("Lihat message_for_participant, owner dan retry.", "See message_for_participant, owner and retry.")},
	}
}

func problemCodes() []string {
	kinds := problemKinds()
	out := make([]string, len(kinds))
	for i, k := range kinds {
		out[i] = string(k.code)
	}
	return out
}

func kindOf(code ProblemCode) problemKind {
	for _, k := range problemKinds() {
		if k.code == code {
			return k
		}
	}
	return problemKind{code: code, status: http.StatusInternalServerError}
}

// FieldProblem is one thing that is wrong with a request.
type FieldProblem struct {
	Pointer string `json:"pointer"` // JSON pointer into the body, or the name of a header or parameter
	Code    string `json:"code"`
	Detail  string `json:"detail"`
	Cure    string `json:"cure,omitempty"`
}

// problem is an error with its answer (RFC 9457).
type problem struct {
	kind    problemKind
	detail  string
	errors  []FieldProblem
	scope   string            // that is missing
	headers map[string]string // beside those that the code demands
	extra   map[string]any
	cause   error   // for the log only
	holder  *Client // of a token that was proven and does not hold
}

func (p *problem) Error() string {
	if p.cause != nil {
		return string(p.kind.code) + ": " + p.cause.Error()
	}
	return string(p.kind.code) + ": " + p.detail
}

func (p *problem) Unwrap() error { return p.cause }

func refuse(code ProblemCode, detail string, fields ...FieldProblem) *problem {
	return &problem{kind: kindOf(code), detail: detail, errors: fields}
}

// problemOf finds the answer to an error. What it does not know is a fault of ours: its text goes to the log and not out.
func problemOf(err error) *problem {
	if p, ok := errors.AsType[*problem](err); ok {
		return p
	}
	with := func(code ProblemCode, detail string) *problem {
		return &problem{kind: kindOf(code), detail: detail, cause: err}
	}
	if input, ok := errors.AsType[*domain.InputError](err); ok {
		p := with(ProblemInputRefused, "")
		for _, x := range input.Problems {
			p.errors = append(p.errors, FieldProblem{x.Pointer, string(x.Code), x.Message, x.Cure})
		}
		return p
	}
	if reused, ok := errors.AsType[*domain.KeyReusedError](err); ok {
		p := with(ProblemKeyReused, "")
		for _, f := range reused.Fields {
			p.errors = append(p.errors, FieldProblem{Pointer: "/" + f, Code: "DIFFERS", Detail: "not as in " + reused.First.String()})
		}
		return p
	}
	if blocked, ok := errors.AsType[*domain.BlockedError](err); ok {
		return with(ProblemBlocked, blocked.Error())
	}
	if _, wrong := errors.AsType[*eventstore.WrongRevisionError](err); wrong {
		return with(ProblemConflict, "")
	}
	if large, ok := errors.AsType[*http.MaxBytesError](err); ok {
		p := with(ProblemTooLarge, "")
		p.extra = map[string]any{"limit_bytes": large.Limit}
		return p
	}
	switch {
	case errors.Is(err, context.Canceled):
		p := with(ProblemInternal, "")
		p.kind.status = statusClientClosed
		return p
	case errors.Is(err, ErrStoppedShort), errors.Is(err, context.DeadlineExceeded):
		return with(ProblemOutcomeUnknown, "")
	case errors.Is(err, eventstore.ErrSealed):
		return with(ProblemBlocked, "")
	case errors.Is(err, ErrNodeBehind), errors.Is(err, ErrStreamBusy), errors.Is(err, eventstore.ErrUnavailable), errors.Is(err, eventstore.ErrClosed), errors.Is(err, domain.ErrClockBehind):
		return with(ProblemUnavailable, "")
	case errors.Is(err, projections.ErrNotFound):
		return with(ProblemNotFound, "")
	case errors.Is(err, projections.ErrBehind), errors.Is(err, projections.ErrNotBuilt):
		return with(ProblemModelsBehind, "")
	case errors.Is(err, projections.ErrCursor), errors.Is(err, eventstore.ErrForeignPosition), errors.Is(err, eventstore.ErrInvalid):
		return with(ProblemInvalidRequest, err.Error())
	}
	return with(ProblemInternal, "")
}

// body is the problem as it goes out.
func (p *problem) body(lang words.Lang, requestID, instance string) ([]byte, error) {
	text := func(l words.Localized) string {
		if lang == words.EN {
			return l.EN
		}
		return l.ID
	}
	out := map[string]any{
		"type": problemTypePrefix + string(p.kind.code), "title": text(p.kind.title), "status": p.kind.status, "code": p.kind.code,
		"detail": p.detail, "cure": text(p.kind.cure), "instance": instance, "request_id": requestID, "retryable": p.kind.retryable,
	}
	if p.detail == "" {
		out["detail"] = text(p.kind.title)
	}
	if len(p.errors) > 0 {
		out["errors"] = p.errors
	}
	if p.scope != "" {
		out["scope"] = p.scope
	}
	maps.Copy(out, p.extra)
	return json.Marshal(out)
}

// header is what stands beside the problem; a missing or bad token is answered as RFC 6750 says.
func (p *problem) header(h http.Header) {
	for k, v := range p.headers {
		h.Set(k, v)
	}
	challenge := `Bearer realm="saldo"`
	switch p.kind.code {
	case ProblemNoCredentials: // without an error code: there was nothing to be wrong
		h.Set("WWW-Authenticate", challenge)
	case ProblemTokenMalformed, ProblemInvalidToken, ProblemTokenExpired, ProblemTokenRevoked, ProblemTokenRotated:
		h.Set("WWW-Authenticate", challenge+`, error="invalid_token"`)
	case ProblemScope:
		h.Set("WWW-Authenticate", challenge+`, error="insufficient_scope", scope="`+p.scope+`"`)
	case ProblemUnavailable, ProblemOutcomeUnknown, ProblemModelsBehind, ProblemConflict:
		if h.Get("Retry-After") == "" {
			h.Set("Retry-After", retryAfterUnavailable)
		}
	case ProblemInvalidRequest, ProblemInputRefused, ProblemNotFound, ProblemMethod, ProblemMediaType, ProblemTooLarge, ProblemKeyMissing,
		ProblemKeyReused, ProblemRevision, ProblemTooMany, ProblemBlocked, ProblemInternal, ProblemRefusedByRule:
	}
}
