package main

import (
	"encoding/json"
	"io"
	"net/http"
)

const maxBodyBytes = 64 << 10

// readJSON reads a bounded body; when it cannot, it has answered and returns false.
func readJSON(response http.ResponseWriter, request *http.Request, into any) bool {
	body, err := io.ReadAll(http.MaxBytesReader(response, request.Body, maxBodyBytes))
	if err == nil {
		err = json.Unmarshal(body, into)
	}
	if err != nil {
		writeError(response, http.StatusBadRequest, "the body is not the JSON asked for: "+err.Error())
	}
	return err == nil
}

func writeJSON(response http.ResponseWriter, status int, value any) {
	body, err := json.Marshal(value)
	if err != nil {
		http.Error(response, err.Error(), http.StatusInternalServerError)
		return
	}
	response.Header().Set("Content-Type", "application/json")
	response.WriteHeader(status)
	_, _ = response.Write(append(body, '\n')) // a client that has gone is no concern of ours
}

func writeError(response http.ResponseWriter, status int, message string) {
	writeJSON(response, status, map[string]string{"error": message})
}

func only(method string, next http.HandlerFunc) http.HandlerFunc {
	return func(response http.ResponseWriter, request *http.Request) {
		if request.Method != method {
			response.Header().Set("Allow", method)
			writeError(response, http.StatusMethodNotAllowed, "use "+method)
			return
		}
		next(response, request)
	}
}
