package api

import (
	_ "embed"
	"net/http"
)

// openapiYAML is the contract as it was released: a test holds it to the route table.
//
//go:embed openapi.yaml
var openapiYAML []byte

const contractFresh = "public, max-age=300"

// openapi is the contract of this very server.
func (s *Server) openapi(*call) (answer, error) {
	content, err := s.contract()
	if err != nil {
		return answer{}, err
	}
	return answer{status: http.StatusOK, value: content, header: map[string]string{"Content-Type": jsonMediaType, "Cache-Control": contractFresh}}, nil
}

func (s *Server) openapiYAML(*call) (answer, error) {
	return answer{status: http.StatusOK, value: openapiYAML, header: map[string]string{"Content-Type": yamlMediaType, "Cache-Control": contractFresh}}, nil
}
